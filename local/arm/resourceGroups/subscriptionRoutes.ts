import type { Arm } from '../arm.ts';
import { ArmError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { page } from '../reads.ts';
import type { ArmRequest, Reply, Route } from '../request.ts';
import { type Resource, render } from '../resources.ts';

/** The subscription, and what is in it whatever its type. */
export function subscriptionRoutes(arm: Arm): Route[] {
  const subscription = {
    id: `/subscriptions/${arm.subscriptionId}`,
    subscriptionId: arm.subscriptionId,
    tenantId: arm.tenantId,
    displayName: 'Local subscription',
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Internal_2014-09-01',
      quotaId: 'Internal_2014-09-01',
      spendingLimit: 'Off',
    },
    authorizationSource: 'RoleBased',
    managedByTenants: [],
  };
  return [
    {
      method: 'GET',
      path: '/subscriptions',
      handle: () => ({ status: 200, body: { value: [subscription], count: { type: 'Total', value: 1 } } }),
    },
    { method: 'GET', path: '/subscriptions/:s', handle: () => ({ status: 200, body: subscription }) },
    {
      method: 'GET',
      path: '/tenants',
      handle: () => ({ status: 200, body: { value: [{ id: `/tenants/${arm.tenantId}`, tenantId: arm.tenantId }] } }),
    },
    { method: 'GET', path: '/subscriptions/:s/resources', handle: (request) => listResources(arm, request) },
    {
      method: 'GET',
      path: '/subscriptions/:s/resourcegroups/:g/resources',
      handle: (request) => listResources(arm, request, request.target.resourceGroup),
    },
  ];
}

function listResources(arm: Arm, request: ArmRequest, group?: string): Reply {
  if (group) arm.resources.requireParent(request.target);
  const meets = filterOf(request.url.searchParams.get('$filter'));
  return page(request, arm.resources.inGroup(group).filter(meets).sort(byId), summary);
}

const byId = (left: { id: string }, right: { id: string }) => (left.id.toLowerCase() < right.id.toLowerCase() ? -1 : 1);

function summary(resource: Resource<unknown, unknown>): JsonObject {
  const { properties: _properties, systemData: _data, ...shown } = render(resource);
  return shown;
}

/** The filters that clients use: `resourceType eq 'x'`, and `tagName eq 'a' and tagValue eq 'b'`. */
function filterOf(filter: string | null): (resource: Resource<unknown, unknown>) => boolean {
  const conditions = (filter ?? '').split(/ and /i).filter(Boolean).map(parseCondition);
  const value = (name: string) => conditions.find((condition) => condition.name === name)?.value;
  const names = ['resourcetype', 'name', 'resourcegroup', 'tagname', 'tagvalue'];
  const [type, name, group, tagName, tagValue] = names.map(value);
  return (resource) =>
    (type === undefined || resource.type.toLowerCase() === type.toLowerCase()) &&
    (name === undefined || resource.name.toLowerCase() === name.toLowerCase()) &&
    (group === undefined || resource.id.toLowerCase().split('/')[4] === group.toLowerCase()) &&
    (tagName === undefined || tagName in (resource.tags ?? {})) &&
    (tagValue === undefined || Object.values(resource.tags ?? {}).includes(tagValue));
}

function parseCondition(condition: string): { name: string; value: string } {
  const match = /^\s*(resourceType|name|resourceGroup|tagName|tagValue)\s+eq\s+'([^']*)'\s*$/i.exec(condition);
  if (match) return { name: (match[1] ?? '').toLowerCase(), value: match[2] ?? '' };
  throw new ArmError(400, {
    code: 'InvalidFilterInQueryString',
    message: `Invalid $filter '${condition}' specified in the query string.`,
  });
}
