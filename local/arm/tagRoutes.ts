import { z } from 'zod';
import type { Arm } from './arm.ts';
import { ArmError } from './errors.ts';
import { type ArmRequest, parseBody, type Reply, type Route } from './request.ts';
import type { Resource } from './resources.ts';

type Tags = Record<string, string>;
const body = z.object({
  operation: z.enum(['Merge', 'Replace', 'Delete']),
  properties: z.object({ tags: z.record(z.string(), z.string()).default({}) }),
});

/** The tags of one resource, apart from the rest of it: what `az tag update` calls. */
export function tagRoutes(arm: Arm): Route[] {
  const path = '/:scope{.+}/providers/microsoft.resources/tags/default';
  return [
    { method: 'GET', path, handle: (request) => show(find(arm, request)) },
    { method: 'PATCH', path, handle: (request) => patch(arm, request) },
  ];
}

function patch(arm: Arm, request: ArmRequest): Reply {
  const { operation, properties } = parseBody(request, body);
  const before = find(arm, request);
  const tags = changed(before.tags ?? {}, operation, properties.tags);
  return show(arm.resources.put({ ...before, tags }));
}

/** Names in any case are one tag. A deletion names the value too, and another value stays. */
function changed(before: Tags, operation: 'Merge' | 'Replace' | 'Delete', given: Tags): Tags {
  if (operation === 'Replace') return given;
  const names = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const rest = Object.entries(before).filter(([name, value]) => {
    const other = names.get(name.toLowerCase());
    return other === undefined || (operation === 'Delete' && other !== value);
  });
  return { ...Object.fromEntries(rest), ...(operation === 'Merge' && given) };
}

function find(arm: Arm, { path }: ArmRequest): Resource<unknown, unknown> {
  const plain = `/${path.split('/').filter(Boolean).join('/')}`;
  const scope = plain.slice(0, plain.toLowerCase().lastIndexOf('/providers/microsoft.resources/'));
  const found = arm.resources.byId(scope);
  if (found) return found;
  throw new ArmError(404, { code: 'ResourceNotFound', message: `The resource '${scope}' was not found.` });
}

function show({ id, tags = {} }: Resource<unknown, unknown>): Reply {
  const name = 'default';
  const type = 'Microsoft.Resources/tags';
  return { status: 200, body: { id: `${id}/providers/${type}/${name}`, name, type, properties: { tags } } };
}
