import type { Arm } from '../arm.ts';
import { conflict, type ErrorBody, requiredParameter } from '../errors.ts';
import { connectToNetwork } from '../network/connectToNetwork.ts';
import { regionDisplayName } from '../regions.ts';
import { type ArmRequest, parseBody, type Reply } from '../request.ts';
import { beginWrite, requireLocation, requireSameLocation, writeReply } from '../writes.ts';
import { requireFit } from './imageRules.ts';
import { newVirtualMachine } from './newVirtualMachine.ts';
import { awaitProvisioning } from './provisioning.ts';
import { resolveImage, type SourceImage } from './resolveImage.ts';
import { updateVirtualMachine } from './updateVirtualMachine.ts';
import {
  type VirtualMachine,
  type VirtualMachineBody,
  virtualMachineBody,
  virtualMachines,
} from './virtualMachineTypes.ts';

/** PUT: creates, tries a failed creation again, or changes what may be changed. */
export function putVirtualMachine(arm: Arm, request: ArmRequest): Reply {
  const body = parseBody(request, virtualMachineBody);
  const before = arm.resources.find(virtualMachines, request.target.id);
  if (before?.properties.provisioningState === 'Deleting') throw conflict();
  // One that was never allocated is tried again.
  if (!before || (before.state.failure && !before.state.power)) return create(arm, request, body, before);
  requireSameLocation(before, body.location);
  const creation = arm.operations.get(before.state.createOperation);
  // Sent again while it is being made: the same creation goes on.
  if (creation?.status === 'InProgress')
    return writeReply(arm, request, 200, { resource: before, operation: creation });
  return updateVirtualMachine(arm, request, before, body);
}

function create(arm: Arm, request: ArmRequest, body: VirtualMachineBody, failed: VirtualMachine | undefined): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  const location = requireLocation(body.location);
  regionDisplayName(location);
  if (!body.properties.hardwareProfile?.vmSize) throw requiredParameter('hardwareProfile.vmSize');
  const image = resolveImage(arm, body.properties.storageProfile?.imageReference, location);
  requireFit(body, image, target.id);
  const error = countLaunch(arm, image);
  // Refused before anything is made; the count stays, so this is an answer and no exception.
  if (error?.sync) return { status: 409, body: { error: { code: error.code, message: error.message } } };
  const vm = newVirtualMachine(arm, request, body, { location, image, failed });
  const written = beginWrite(arm, request, vm, {
    existed: failed !== undefined,
    work: 'createVirtualMachine',
    plannedError: error && { code: error.code, message: error.message },
  });
  const { operation } = written;
  const networkProfile = failed?.properties.networkProfile ?? connectToNetwork(arm, request, vm, operation.cause);
  const resource = arm.resources.put({
    ...written.resource,
    properties: { ...written.resource.properties, networkProfile },
    state: { ...vm.state, createOperation: operation.id },
  });
  awaitProvisioning(arm, resource);
  return writeReply(arm, request, failed ? 200 : 201, { resource, operation });
}

/** Counts a launch from a version and tells how it fails, if the guest image wants that. */
function countLaunch(arm: Arm, { guestImage, version }: SourceImage): (ErrorBody & { sync: boolean }) | undefined {
  if (!version) return undefined;
  const { launches } = version.state;
  arm.resources.put({ ...version, state: { ...version.state, launches: launches + 1 } });
  const error = arm.machines.launchErrors(guestImage)[launches];
  if (!error) return undefined;
  const {
    code,
    message = `The launch failed with ${code}. Please try a different size or region.`,
    sync = false,
  } = error;
  return { code, message, sync };
}
