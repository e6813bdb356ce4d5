import { randomBytes, randomUUID } from 'node:crypto';
import type { Arm } from '../arm.ts';
import { causeOfDependent } from '../cause.ts';
import { ArmError, conflict, type ErrorBody, propertyChangeNotAllowed, requiredParameter } from '../errors.ts';
import { sameJson } from '../json.ts';
import { networkInterfaceOf, networkInterfaces } from '../network/networkInterfaces.ts';
import { regionDisplayName } from '../regions.ts';
import { type ArmRequest, instant, parseBody, type Reply, systemData } from '../request.ts';
import { newIncarnation } from '../resources.ts';
import { beginWrite, requireLocation, requireSameLocation, writeReply } from '../writes.ts';
import { requireFit } from './imageRules.ts';
import { awaitProvisioning } from './provisioning.ts';
import { resolveImage, type SourceImage } from './resolveImage.ts';
import {
  type NetworkInterfaceReference,
  type VirtualMachine,
  type VirtualMachineBody,
  type VirtualMachineProperties,
  virtualMachineBody,
  virtualMachines,
} from './virtualMachineTypes.ts';

const minuteMs = 60_000;
const osProvisioningTimeoutMs = { Linux: 20 * minuteMs, Windows: 40 * minuteMs };
/** From this api-version on an unset security type is answered as Standard. */
const standardShownSince = '2025-11-01';

/** PUT: creates, tries a failed creation again, or changes what may be changed. */
export function putVirtualMachine(arm: Arm, request: ArmRequest): Reply {
  const body = parseBody(request, virtualMachineBody);
  const before = arm.resources.find(virtualMachines, request.target.id);
  if (before?.properties.provisioningState === 'Deleting') throw conflict();
  // One that was never allocated is tried again.
  if (!before || (before.state.failure && !before.state.power)) return create(arm, request, body, before);
  requireSameLocation(before, body.location);
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
  const networkProfile = failed?.properties.networkProfile ?? connect(arm, request, body, vm, operation.cause);
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

function newVirtualMachine(
  arm: Arm,
  request: ArmRequest,
  body: VirtualMachineBody,
  { location, image, failed }: { location: string; image: SourceImage; failed: VirtualMachine | undefined },
): VirtualMachine {
  const { id, name } = request.target;
  const { windowsConfiguration } = body.properties.osProfile ?? {};
  const offer = body.properties.storageProfile?.imageReference?.offer ?? '';
  const windows = windowsConfiguration !== undefined || /windows/i.test(offer);
  const osType = image.definition?.osType ?? (windows ? 'Windows' : 'Linux');
  const allocateAt = request.at + arm.settings.allocationMs;
  return {
    id,
    name,
    type: virtualMachines.name,
    location,
    ...(body.tags && { tags: body.tags }),
    ...(body.plan && { plan: body.plan }),
    ...(body.zones && { zones: body.zones }),
    properties: withDefaults(request, body.properties, { name, osType, image }),
    systemData: systemData(request, failed?.systemData),
    incarnation: failed?.incarnation ?? newIncarnation(),
    state: {
      guestImage: image.guestImage,
      osType,
      hyperVGeneration: image.definition?.hyperVGeneration ?? 'V1',
      specialized: image.definition?.osState === 'Specialized',
      createOperation: '',
      allocateAt,
      provisioningDeadline: allocateAt + osProvisioningTimeoutMs[osType],
      ...(image.version && { imageVersionId: image.version.id }),
    },
  };
}

function withDefaults(
  { at, apiVersion }: ArmRequest,
  properties: VirtualMachineProperties,
  { name, osType, image }: { name: string; osType: 'Linux' | 'Windows'; image: SourceImage },
): VirtualMachineProperties {
  const { storageProfile, osProfile, securityProfile } = properties;
  const imageReference = { ...storageProfile?.imageReference };
  if (image.version) imageReference.exactVersion = image.version.name;
  const suffix = () => randomBytes(16).toString('hex');
  const imageDisks = image.version?.properties.storageProfile.dataDiskImages ?? [];
  const dataDisks = [
    ...(storageProfile?.dataDisks ?? []),
    ...imageDisks
      .filter(({ lun }) => !storageProfile?.dataDisks?.some((disk) => disk.lun === lun))
      .map(({ lun }) => ({ lun })),
  ].map((disk) => ({
    createOption: 'FromImage',
    deleteOption: 'Detach' as const,
    name: `${name}_disk${disk.lun + 2}_${suffix()}`,
    ...disk,
  }));
  return {
    ...properties,
    vmId: randomUUID(),
    timeCreated: instant(at),
    storageProfile: {
      ...storageProfile,
      imageReference,
      osDisk: {
        osType,
        name: `${name}_OsDisk_1_${suffix()}`,
        createOption: 'FromImage',
        caching: 'ReadWrite',
        deleteOption: 'Detach',
        diskSizeGB: 30,
        ...storageProfile?.osDisk,
        managedDisk: { storageAccountType: 'Standard_LRS', ...storageProfile?.osDisk?.managedDisk },
      },
      dataDisks,
    },
    ...(osProfile && { osProfile: shownOsProfile(osProfile, osType) }),
    ...(!securityProfile?.securityType &&
      apiVersion >= standardShownSince && {
        securityProfile: { ...securityProfile, securityType: 'Standard' },
      }),
  };
}

type OsProfile = NonNullable<VirtualMachineProperties['osProfile']>;

/** Secrets come in and never go out. */
function shownOsProfile(
  { adminPassword: _password, customData: _data, ...shown }: OsProfile,
  osType: string,
): OsProfile {
  const linux = { disablePasswordAuthentication: false, provisionVMAgent: true, ...shown.linuxConfiguration };
  const windows = { provisionVMAgent: true, enableAutomaticUpdates: true, ...shown.windowsConfiguration };
  return {
    secrets: [],
    allowExtensionOperations: true,
    requireGuestProvisionSignal: true,
    ...shown,
    ...(osType === 'Linux' ? { linuxConfiguration: linux } : { windowsConfiguration: windows }),
  };
}

/** Makes the inline network interfaces, or takes the named ones. */
function connect(
  arm: Arm,
  request: ArmRequest,
  { properties }: VirtualMachineBody,
  vm: VirtualMachine,
  cause: Parameters<typeof causeOfDependent>[0],
): { networkInterfaces: NetworkInterfaceReference[] } {
  const {
    networkApiVersion,
    networkInterfaceConfigurations = [],
    networkInterfaces: named = [],
  } = properties.networkProfile ?? {};
  if (networkInterfaceConfigurations.length > 0 && !networkApiVersion)
    throw requiredParameter('networkProfile.networkApiVersion');
  if (networkInterfaceConfigurations.length + named.length === 0) throw requiredParameter('networkProfile');
  const made = networkInterfaceConfigurations.map((configuration): NetworkInterfaceReference => {
    const nic = arm.resources.put(
      networkInterfaceOf(request, { id: vm.id, location: vm.location ?? '' }, configuration),
    );
    arm.events.raise(causeOfDependent(cause, nic, 'write'));
    const { primary = true, deleteOption } = configuration.properties;
    return { id: nic.id, properties: { primary, ...(deleteOption && { deleteOption }) } };
  });
  for (const { id } of named) attach(arm, id, vm.id);
  return { networkInterfaces: [...named, ...made] };
}

function attach(arm: Arm, id: string, vmId: string): void {
  const nic = arm.resources.find(networkInterfaces, id);
  if (!nic) {
    throw new ArmError(400, {
      code: 'InvalidResourceReference',
      message: `Resource ${id} referenced by resource ${vmId} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    });
  }
  const user = nic.properties.virtualMachine?.id;
  if (user && user.toLowerCase() !== vmId.toLowerCase()) {
    throw new ArmError(400, {
      code: 'NicInUse',
      message: `Network Interface ${id} is used by existing resource ${user}.`,
    });
  }
  arm.resources.put({ ...nic, properties: { ...nic.properties, virtualMachine: { id: vmId } } });
}

/** PUT or PATCH on a virtual machine that is there: tags, delete options and the like; its image and account are fixed. */
export function updateVirtualMachine(
  arm: Arm,
  request: ArmRequest,
  before: VirtualMachine,
  body: VirtualMachineBody,
): Reply {
  const sent = body.properties;
  const was = before.properties;
  const sentImage = sent.storageProfile?.imageReference?.id?.toLowerCase();
  if (sentImage && sentImage !== was.storageProfile?.imageReference?.id?.toLowerCase()) {
    throw propertyChangeNotAllowed('imageReference');
  }
  for (const name of ['adminUsername', 'computerName'] as const) {
    const value = sent.osProfile?.[name];
    if (value !== undefined && value !== was.osProfile?.[name]) throw propertyChangeNotAllowed(`osProfile.${name}`);
  }
  if (
    sent.securityProfile?.securityType &&
    !sameJson(sent.securityProfile.securityType, was.securityProfile?.securityType)
  ) {
    throw propertyChangeNotAllowed('securityProfile.securityType');
  }
  const { osProfile: _osProfile, networkProfile, storageProfile, ...rest } = sent;
  const interfaces = networkProfile?.networkInterfaces ?? was.networkProfile?.networkInterfaces ?? [];
  const vm: VirtualMachine = {
    ...before,
    ...(body.tags && { tags: body.tags }),
    properties: {
      ...was,
      ...rest,
      networkProfile: { ...was.networkProfile, networkInterfaces: interfaces },
      storageProfile: {
        ...was.storageProfile,
        osDisk: { ...was.storageProfile?.osDisk, ...storageProfile?.osDisk },
      },
    },
    systemData: systemData(request, before.systemData),
  };
  const details = { previous: was };
  const written = beginWrite(arm, request, vm, { existed: true, afterMs: arm.settings.updateMs, details });
  return writeReply(arm, request, 200, written);
}
