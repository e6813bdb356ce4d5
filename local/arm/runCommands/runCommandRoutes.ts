import type { Arm } from '../arm.ts';
import { invalidParameter, operationNotAllowed } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { sameJson } from '../json.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, parentOf, render } from '../resources.ts';
import { powerStateOf } from '../virtualMachines/powerOperations.ts';
import { virtualMachines } from '../virtualMachines/virtualMachineTypes.ts';
import { beginDelete, beginWrite, requireLocation, writeReply } from '../writes.ts';
import type { ManagedRunCommands, RunCommand } from './managedRunCommands.ts';
import {
  type Execution,
  type RunCommandBody,
  type RunCommandProperties,
  runCommandBody,
  runCommands,
} from './runCommandTypes.ts';

const pending: Execution = { executionState: 'Pending', executionMessage: '', output: '', error: '' };

export function runCommandRoutes(arm: Arm, managed: ManagedRunCommands): Route[] {
  const path = 'microsoft.compute/virtualmachines/:vm/runcommands/:command';
  const item = `${inGroup}/${path}`;
  return [
    ...readRoutes(arm, runCommands, path, show),
    {
      method: 'PUT',
      path: item,
      handle: (request) => write(arm, managed, request, parseBody(request, runCommandBody)),
    },
    { method: 'PATCH', path: item, handle: (request) => patch(arm, managed, request) },
    { method: 'DELETE', path: item, handle: (request) => remove(arm, managed, request) },
  ];
}

function show(command: RunCommand, { url }: ArmRequest): JsonObject {
  const shown = render(command);
  if (url.searchParams.get('$expand')?.toLowerCase() !== 'instanceview') return shown;
  const { execution } = command.state;
  return {
    ...shown,
    properties: { ...command.properties, instanceView: { ...execution, statuses: [] } },
  };
}

function patch(arm: Arm, managed: ManagedRunCommands, request: ArmRequest): Reply {
  const before = arm.resources.get(runCommands, request.target);
  const body = parseBody(request, runCommandBody);
  const { provisioningState: _state, ...kept } = before.properties;
  const merged = { ...body, tags: body.tags ?? before.tags, properties: { ...kept, ...body.properties } };
  return write(arm, managed, request, merged);
}

function write(arm: Arm, managed: ManagedRunCommands, request: ArmRequest, body: RunCommandBody): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  requireRunning(arm, parentOf(target.id));
  const before = arm.resources.find(runCommands, target.id);
  const { runAsPassword: _password, protectedParameters = [], ...sent } = body.properties;
  requireOneSource(sent);
  const properties = { asyncExecution: false, timeoutInSeconds: 0, treatFailureAsDeploymentFailure: false, ...sent };
  if (before && isSame(before, properties)) return { status: 200, body: render(before) };
  const command: RunCommand = {
    id: target.id,
    name: target.name,
    type: runCommands.name,
    location: before?.location ?? requireLocation(body.location),
    ...(body.tags && { tags: body.tags }),
    properties,
    systemData: systemData(request, before?.systemData),
    incarnation: newIncarnation(),
    state: { execution: pending, operation: '', secretParameters: protectedParameters, acceptedAt: request.at },
  };
  const existed = before !== undefined;
  const written = beginWrite(arm, request, command, { existed, work: 'runCommand' });
  const state = { ...command.state, operation: written.operation.id };
  const resource = arm.resources.put({ ...written.resource, state });
  managed.start(resource);
  return writeReply(arm, request, existed ? 200 : 201, { ...written, resource });
}

/** Sending the same command again runs nothing: the extension sees no new settings. */
function isSame(before: RunCommand, properties: RunCommandProperties): boolean {
  const { provisioningState, ...rest } = before.properties;
  const { provisioningState: _sent, instanceView: _view, ...sent } = properties;
  return provisioningState === 'Succeeded' && sameJson(rest, sent);
}

function remove(arm: Arm, managed: ManagedRunCommands, request: ArmRequest): Reply {
  const command = arm.resources.find(runCommands, request.target.id);
  if (command) managed.abort(command.id);
  return beginDelete(arm, request, command, { afterMs: arm.settings.updateMs });
}

function requireOneSource({ source }: RunCommandProperties): void {
  const { script, scriptUri, commandId, galleryScriptReferenceId } = source ?? {};
  const given = [script, scriptUri, commandId, galleryScriptReferenceId].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw invalidParameter(
      'source',
      'Exactly one of script, scriptUri, commandId and galleryScriptReferenceId must be given.',
    );
  }
  if (script === undefined && scriptUri === undefined) {
    throw invalidParameter('source', 'Only script and scriptUri can be run here.');
  }
}

export function requireRunning(arm: Arm, vmId: string): void {
  const vm = arm.resources.find(virtualMachines, vmId);
  const power = vm && powerStateOf(arm, vm);
  if (power && !['running', 'starting'].includes(power)) {
    throw operationNotAllowed('Cannot modify extensions in the VM when the VM is not running.');
  }
}
