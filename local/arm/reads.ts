import type { Arm } from './arm.ts';
import type { JsonObject } from './json.ts';
import type { ArmRequest, Reply, Route } from './request.ts';
import { type Resource, type ResourceType, render } from './resources.ts';

export const inGroup = '/subscriptions/:s/resourcegroups/:g/providers';
export const inSubscription = '/subscriptions/:s/providers';

const pageSize = 50;

/** GET of one resource, of its collection, and for a top-level type of all in the subscription. */
export function readRoutes<P, S>(
  arm: Arm,
  type: ResourceType<P, S>,
  path: string,
  show: (resource: Resource<P, S>, request: ArmRequest) => JsonObject = render,
): Route[] {
  const collection = path.slice(0, path.lastIndexOf('/'));
  const list = (request: ArmRequest) => {
    arm.resources.requireParent(request.target);
    return page(request, arm.resources.collection(type, request.target.id), show);
  };
  const routes: Route[] = [
    {
      method: 'GET',
      path: `${inGroup}/${path}`,
      handle: (r) => ({ status: 200, body: show(arm.resources.get(type, r.target), r) }),
    },
    { method: 'GET', path: `${inGroup}/${collection}`, handle: list },
  ];
  if (type.name.split('/').length > 2) return routes;
  const listAll = (request: ArmRequest) => page(request, arm.resources.ofType(type), show);
  return [...routes, { method: 'GET', path: `${inSubscription}/${collection}`, handle: listAll }];
}

/** One page of a list in id order, with a link to the next. */
export function page<R extends { id: string }>(
  request: ArmRequest,
  resources: R[],
  show: (resource: R, request: ArmRequest) => JsonObject,
): Reply {
  const after = request.url.searchParams.get('$skiptoken');
  const rest = after === null ? resources : resources.filter(({ id }) => id.toLowerCase() > after);
  const shown = rest.slice(0, pageSize);
  const value = shown.map((resource) => show(resource, request));
  const last = shown.at(-1);
  if (!last || rest.length === shown.length) return { status: 200, body: { value } };
  const nextLink = new URL(request.url);
  nextLink.searchParams.set('$skiptoken', last.id.toLowerCase());
  return { status: 200, body: { value, nextLink: nextLink.href } };
}
