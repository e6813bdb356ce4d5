import { Hono } from 'hono';
import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { ArmError, invalidRequestContent } from '../errors.ts';
import { type ArmRequest, instant, parseBody, type Reply, type Route } from '../request.ts';
import type { Table } from '../table.ts';

const assignment = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  roleDefinitionId: z.string(),
  principalId: z.string(),
  principalType: z.string(),
  createdOn: z.string(),
});
export type RoleAssignment = z.infer<typeof assignment>;

const body = z.object({
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    principalType: z.string().default('User'),
  }),
});

/** Roles whose holders may assign roles below their scope. */
const assigningRoles = [
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', // Owner
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', // User Access Administrator
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168', // Role Based Access Control Administrator
];

/**
 * Role assignments at any scope. They are kept, answered, and asked for by the data services; who writes one needs a role
 * that says so. Whether the scope exists is not looked at, and neither does Azure for what is below a resource.
 */
export function roleAssignmentRoutes(arm: Arm, table: Table<RoleAssignment>, owners: string[] | undefined): Route[] {
  const collection = '/:scope{.+}/providers/microsoft.authorization/roleassignments';
  const item = `${collection}/:name`;
  const write = (request: ArmRequest) => requireRight(table, owners, request);
  return [
    { method: 'GET', path: collection, handle: (request) => list(table, request) },
    { method: 'GET', path: item, handle: (request) => ({ status: 200, body: show(find(table, request)) }) },
    {
      method: 'PUT',
      path: item,
      handle: (request) => {
        write(request);
        return put(arm, table, request);
      },
    },
    {
      method: 'DELETE',
      path: item,
      handle: (request) => {
        write(request);
        const known = table.get(addressOf(request).id.toLowerCase());
        if (!known) return { status: 204 };
        table.set(known.id.toLowerCase(), undefined);
        return { status: 200, body: show(known) };
      },
    },
  ];
}

/** What the data services ask: which roles a principal has, and where. */
export function heldRoles(table: Table<RoleAssignment>): Hono {
  return new Hono().get('/', (context) => {
    const principal = context.req.query('principalId')?.toLowerCase();
    const held = table.all().filter(({ principalId }) => principalId.toLowerCase() === principal);
    return context.json(held.map(({ scope, roleDefinitionId }) => ({ scope, roleDefinitionId })));
  });
}

function put(arm: Arm, table: Table<RoleAssignment>, request: ArmRequest): Reply {
  const { id, name, scope } = addressOf(request);
  const { properties } = parseBody(request, body);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name))
    throw invalidRequestContent(`the name of a role assignment must be a GUID, not ${name}`);
  const same = table.all().find((each) => isSame(each, { scope, ...properties }));
  if (same && same.id.toLowerCase() !== id.toLowerCase()) {
    const message = `The role assignment already exists. The ID of the existing role assignment is ${same.name.replaceAll('-', '')}.`;
    throw new ArmError(409, { code: 'RoleAssignmentExists', message });
  }
  const known = table.get(id.toLowerCase());
  if (known && !isSame(known, { scope, ...properties })) {
    const message = 'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.';
    throw new ArmError(400, { code: 'RoleAssignmentUpdateNotPermitted', message });
  }
  const made = known ?? { id, name, scope, ...properties, createdOn: instant(arm.clock.now()) };
  table.set(id.toLowerCase(), made);
  return { status: known ? 200 : 201, body: show(made) };
}

function isSame(
  { scope, roleDefinitionId, principalId }: RoleAssignment,
  other: Pick<RoleAssignment, 'scope' | 'roleDefinitionId' | 'principalId'>,
): boolean {
  return (
    scope.toLowerCase() === other.scope.toLowerCase() &&
    principalId.toLowerCase() === other.principalId.toLowerCase() &&
    lastSegment(roleDefinitionId) === lastSegment(other.roleDefinitionId)
  );
}

function requireRight(table: Table<RoleAssignment>, owners: string[] | undefined, request: ArmRequest): void {
  if (owners === undefined) return;
  const { caller, method } = request;
  const objectId = Object.entries(caller.claims).find(([name]) => name.endsWith('/objectidentifier'))?.[1] ?? caller.id;
  if (owners.includes(objectId)) return;
  const { scope } = addressOf(request);
  const allowed = table
    .all()
    .some(
      (held) =>
        held.principalId === objectId &&
        assigningRoles.includes(lastSegment(held.roleDefinitionId)) &&
        `${scope}/`.toLowerCase().startsWith(`${held.scope}/`.toLowerCase()),
    );
  if (allowed) return;
  const action = `Microsoft.Authorization/roleAssignments/${method === 'DELETE' ? 'delete' : 'write'}`;
  throw new ArmError(403, {
    code: 'AuthorizationFailed',
    message: `The client '${caller.id}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  });
}

function find(table: Table<RoleAssignment>, request: ArmRequest): RoleAssignment {
  const { id, name } = addressOf(request);
  const found = table.get(id.toLowerCase());
  if (found) return found;
  throw new ArmError(404, { code: 'RoleAssignmentNotFound', message: `The role assignment '${name}' is not found.` });
}

/** At the scope and below it; `atScope()` and `principalId eq` are the filters that clients use. */
function list(table: Table<RoleAssignment>, request: ArmRequest): Reply {
  const { scope } = addressOf(request);
  const principal = /principalId eq '([^']+)'/i.exec(request.url.searchParams.get('$filter') ?? '')?.[1];
  const below = (each: RoleAssignment) => `${each.scope}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());
  const found = table.all().filter((each) => below(each) && (!principal || each.principalId === principal));
  return { status: 200, body: { value: found.map(show) } };
}

function addressOf({ path }: ArmRequest): { id: string; name: string; scope: string } {
  const plain = `/${path.split('/').filter(Boolean).join('/')}`;
  const at = plain.toLowerCase().lastIndexOf('/providers/microsoft.authorization/');
  const scope = plain.slice(0, at);
  const name = plain.slice(at).split('/')[4] ?? '';
  return { scope, name, id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}` };
}

function show({ id, name, ...properties }: RoleAssignment) {
  return { id, name, type: 'Microsoft.Authorization/roleAssignments', properties };
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}
