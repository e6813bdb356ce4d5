import { createHash } from 'node:crypto';
import type { Arm } from '../arm.ts';
import { ArmError, type ErrorBody } from '../errors.ts';
import type { Operation } from '../longRunningOperations.ts';
import { factsOf } from '../readRequest.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, type Handler, instant, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { parseTarget } from '../resourceId.ts';
import { newIncarnation, type ResourceType } from '../resources.ts';
import { beginWrite, settle, writeReply } from '../writes.ts';
import { deploymentBody, resolveTemplate, type TemplateResource } from './resolveTemplate.ts';

interface DeploymentProperties {
  correlationId: string;
  outputResources: { id: string }[];
  [name: string]: unknown;
}

const deployments: ResourceType<DeploymentProperties, { refused?: ErrorBody }> = {
  name: 'Microsoft.Resources/deployments',
};

/** Template deployments: each resource is put as a client would put it; the deployment ends when all have ended. */
export function deploymentRoutes(arm: Arm, dispatch: Handler): Route[] {
  arm.operations.define('deployment', (operation, failure) => endDeployment(arm, operation, failure));
  const path = 'microsoft.resources/deployments/:deployment';
  return [
    ...readRoutes(arm, deployments, path),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, dispatch, request) },
    {
      method: 'GET',
      path: `${inGroup}/${path}/operationstatuses/:id`,
      handle: (request) => dispatch(operationRequest(request)),
    },
  ];
}

/** The status of a deployment is that of its operation, at an address of its own. */
function operationRequest(request: ArmRequest): ArmRequest {
  const id = request.path.slice(request.path.lastIndexOf('/') + 1);
  const path = `/subscriptions/${request.target.subscriptionId}/providers/Microsoft.Compute/locations/global/operations/${id}`;
  return { ...request, path, target: parseTarget(path) };
}

function put(arm: Arm, dispatch: Handler, request: ArmRequest): Reply {
  const { target, correlationId, at } = request;
  arm.resources.requireParent(target);
  const { template, mode = 'Incremental', ...rest } = parseBody(request, deploymentBody).properties;
  const resources = resolveTemplate({ template, ...rest });
  const before = arm.resources.find(deployments, target.id);
  const { operations, outputResources, refused } = deploy(arm, dispatch, request, resources);
  const deployment = {
    id: target.id,
    name: target.name,
    type: deployments.name,
    properties: {
      mode,
      templateHash: createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 19),
      timestamp: instant(at),
      duration: 'PT0S',
      correlationId,
      providers: [],
      dependencies: [],
      outputs: {},
      outputResources,
    },
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: { ...(refused && { refused }) },
  };
  const waitsFor = operations.length > 0 ? { waitsFor: operations } : { afterMs: 0 };
  const existed = before !== undefined;
  const written = beginWrite(arm, request, deployment, { existed, work: 'deployment', ...waitsFor });
  const properties = { ...written.resource.properties, provisioningState: 'Running' };
  const resource = arm.resources.put({ ...written.resource, properties });
  return writeReply(arm, request, existed ? 200 : 201, { ...written, resource });
}

interface Deployed {
  /** Operations that go on. */
  operations: string[];
  outputResources: { id: string }[];
  refused?: ErrorBody;
}

function deploy(arm: Arm, dispatch: Handler, request: ArmRequest, resources: TemplateResource[]): Deployed {
  const deployed: Deployed = { operations: [], outputResources: [] };
  for (const resource of resources) {
    const child = childRequest(arm, request, resource);
    try {
      const { headers = {} } = arm.store.transact(() => dispatch(child));
      const operation = /operations\/([0-9a-f-]{36})/i.exec(headers['Azure-AsyncOperation'] ?? '')?.[1];
      if (operation) deployed.operations.push(operation);
      deployed.outputResources.push({ id: child.target.id });
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      return { ...deployed, refused: error.body };
    }
  }
  return deployed;
}

function childRequest(
  arm: Arm,
  request: ArmRequest,
  { apiVersion, type, name, dependsOn: _done, ...body }: TemplateResource,
): ArmRequest {
  const group = request.target.id.slice(0, request.target.id.indexOf('/providers/'));
  const [namespace = '', ...types] = type.split('/');
  const names = name.split('/');
  const path = `${group}/providers/${namespace}/${types.map((one, index) => `${one}/${names[index]}`).join('/')}`;
  const target = parseTarget(path);
  return {
    ...request,
    method: 'PUT',
    path,
    target,
    apiVersion,
    body,
    facts: factsOf(arm, 'PUT', target, body, request.caller),
  };
}

function endDeployment(arm: Arm, operation: Operation, failure: ErrorBody | undefined): ErrorBody | undefined {
  const deployment = arm.resources.find(deployments, operation.resourceId);
  const failed = (operation.waitsFor ?? []).flatMap((id) => arm.operations.get(id)?.error ?? []);
  const details = [...(deployment?.state.refused ? [deployment.state.refused] : []), ...failed];
  const error = failure ?? (details.length > 0 ? deploymentFailed(details) : undefined);
  settle(arm, operation, error !== undefined);
  return error;
}

const deploymentFailed = (details: ErrorBody[]): ErrorBody => ({
  code: 'DeploymentFailed',
  message:
    'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
  details,
});
