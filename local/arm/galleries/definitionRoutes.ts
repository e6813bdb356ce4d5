import type { Arm } from '../arm.ts';
import { conflict, invalidParameter, propertyChangeNotAllowed, requiredParameter } from '../errors.ts';
import { sameJson } from '../json.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, parentOf, type Resource } from '../resources.ts';
import { beginDelete, beginWrite, requireLocation, requireSameLocation, writeReply } from '../writes.ts';
import { refuseWithChildren } from './galleryRoutes.ts';
import { type DefinitionProperties, definitionBody, definitions } from './galleryTypes.ts';

type Definition = Resource<DefinitionProperties, object>;

/** From this api-version on, definitions are for generation 2 and Trusted Launch unless they say otherwise. */
const trustedLaunchDefaultSince = '2025-03-03';
const fixed = ['osType', 'osState', 'hyperVGeneration', 'architecture', 'identifier', 'purchasePlan'] as const;

export function definitionRoutes(arm: Arm): Route[] {
  const path = 'microsoft.compute/galleries/:gallery/images/:definition';
  return [
    ...readRoutes(arm, definitions, path),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, request) },
    { method: 'PATCH', path: `${inGroup}/${path}`, handle: (request) => patch(arm, request) },
    { method: 'DELETE', path: `${inGroup}/${path}`, handle: (request) => remove(arm, request) },
  ];
}

function put(arm: Arm, request: ArmRequest): Reply {
  const { target } = request;
  const body = parseBody(request, definitionBody);
  const before = arm.resources.find(definitions, target.id);
  if (before) {
    requireSameLocation(before, body.location);
    return update(arm, request, before, {
      ...before,
      properties: body.properties,
      ...(body.tags && { tags: body.tags }),
    });
  }
  arm.resources.requireParent(target);
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/.test(target.name)) {
    throw invalidParameter('galleryImageName', `The image definition name '${target.name}' is not valid.`);
  }
  const definition: Definition = {
    id: target.id,
    name: target.name,
    type: definitions.name,
    location: requireLocation(body.location),
    ...(body.tags && { tags: body.tags }),
    properties: withDefaults(body.properties, request.apiVersion),
    systemData: systemData(request),
    incarnation: newIncarnation(),
    state: {},
  };
  requireWhole(definition.properties);
  requireUniqueIdentifier(arm, definition);
  requireFutureEndOfLife(request, undefined, definition.properties);
  return writeReply(
    arm,
    request,
    201,
    beginWrite(arm, request, definition, { existed: false, afterMs: arm.settings.updateMs }),
  );
}

function patch(arm: Arm, request: ArmRequest): Reply {
  const before = arm.resources.get(definitions, request.target);
  const body = parseBody(request, definitionBody);
  const properties = { ...before.properties, ...body.properties };
  return update(arm, request, before, { ...before, properties, ...(body.tags && { tags: body.tags }) });
}

function update(arm: Arm, request: ArmRequest, before: Definition, after: Definition): Reply {
  for (const name of fixed) {
    const sent = after.properties[name];
    if (sent !== undefined && !sameJson(sent, before.properties[name])) {
      throw propertyChangeNotAllowed(`galleryImage.properties.${name}`);
    }
  }
  const { features } = after.properties;
  const mayChangeFeatures = after.properties.allowUpdateImage ?? before.properties.allowUpdateImage ?? false;
  if (features && !mayChangeFeatures && !sameJson(features, before.properties.features ?? [])) {
    throw propertyChangeNotAllowed('galleryImage.properties.features');
  }
  requireFutureEndOfLife(request, before.properties, after.properties);
  const kept = Object.fromEntries([...fixed, 'features'].map((name) => [name, before.properties[name]]));
  const properties = { ...kept, ...after.properties };
  const definition = { ...after, properties, systemData: systemData(request, before.systemData) };
  return writeReply(
    arm,
    request,
    200,
    beginWrite(arm, request, definition, { existed: true, afterMs: arm.settings.updateMs }),
  );
}

function remove(arm: Arm, request: ArmRequest): Reply {
  const definition = arm.resources.find(definitions, request.target.id);
  if (definition) refuseWithChildren(arm, definition, 'versions');
  return beginDelete(arm, request, definition, { afterMs: arm.settings.updateMs });
}

function withDefaults(properties: DefinitionProperties, apiVersion: string): DefinitionProperties {
  const modern = apiVersion >= trustedLaunchDefaultSince;
  const features = modern ? [{ name: 'SecurityType', value: 'TrustedLaunchSupported' }] : undefined;
  return {
    hyperVGeneration: modern ? 'V2' : 'V1',
    architecture: 'x64',
    ...(features && properties.hyperVGeneration !== 'V1' && { features }),
    ...properties,
  };
}

function requireWhole({ osType, osState, identifier }: DefinitionProperties): void {
  if (!osType) throw requiredParameter('galleryImage.properties.osType');
  if (!osState) throw requiredParameter('galleryImage.properties.osState');
  if (!identifier) throw requiredParameter('galleryImage.properties.identifier');
}

function requireUniqueIdentifier(arm: Arm, { id, properties }: Definition): void {
  const siblings = arm.resources.collection(definitions, `${parentOf(id)}/images`);
  const same = siblings.find((sibling) => sameJson(sibling.properties.identifier, properties.identifier));
  if (same) {
    throw conflict(`The publisher, offer and sku of '${id}' are already used by image definition '${same.id}'.`);
  }
}

/** A new end-of-life date lies in the future; one that has passed since may be sent back. */
export function requireFutureEndOfLife(
  request: ArmRequest,
  before: { endOfLifeDate?: string | undefined } | undefined,
  after: { endOfLifeDate?: string | undefined },
): void {
  const { endOfLifeDate } = after;
  if (!endOfLifeDate || Date.parse(endOfLifeDate) > request.at) return;
  if (before?.endOfLifeDate && Date.parse(before.endOfLifeDate) === Date.parse(endOfLifeDate)) return;
  throw invalidParameter('endOfLifeDate', 'EndOfLifeDate must be set to a future date.');
}
