import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Ports } from '../ports.ts';
import type { Principal } from './principal.ts';
import { ProblemError } from './problem.ts';

export const readerRole = 'Imprimatur.Reader';
export const operatorRole = 'Imprimatur.Operator';
export const teamRole = 'Imprimatur.Team';
export const roles = [readerRole, operatorRole, teamRole] as const;
export type Role = (typeof roles)[number];

/** Who calls, by the request's own proof of it; undefined for nobody. Throws ProblemError for a proof that is no good. */
export type Authenticate = (headers: Headers) => Promise<Principal | undefined>;

const principalKey = 'principal';

/** Asks who calls, once for each request; whether that is enough is asked where the operation is. */
export function identify(authenticate: Authenticate) {
  return createMiddleware(async (context, next) => {
    context.set(principalKey, await authenticate(context.req.raw.headers));
    return next();
  });
}

/** Lets only those pass who have one of the app roles; says which are missing. */
export function needsRole(...allowed: Role[]) {
  return createMiddleware(async (context, next) => {
    const principal: Principal | undefined = context.get(principalKey);
    if (!principal) throw new ProblemError(401, 'sign in first: send a bearer token of this application');
    if (!allowed.some((role) => principal.roles.includes(role)))
      throw new ProblemError(403, `needs the app role ${allowed.join(' or ')}`);
    return next();
  });
}

/** Who calls; only behind `needsRole`. */
export function principalOf(context: Context): Principal {
  const principal: Principal | undefined = context.get(principalKey);
  if (!principal) throw new Error('an operation without a role asks who calls');
  return principal;
}

/** What an operation that changes something may be sent with. */
export const changeHeaders = z.object({ 'idempotency-key': z.string().optional() });

/** Who asks for a change, and under which id: the caller's own, by which a repeated one is the same, else a new one. */
export function requesterOf(context: Context, ids: Ports['ids']): { actor: string; requestId: string } {
  const actor = principalOf(context).objectId;
  const key = context.req.header('idempotency-key');
  if (key === undefined) return { actor, requestId: ids.random() };
  if (!/^[\x21-\x7e]{1,100}$/.test(key))
    throw new ProblemError(400, 'Idempotency-Key must be 1 to 100 visible characters');
  return { actor, requestId: `${actor} ${key}` };
}

export function keyTaken(): ProblemError {
  return new ProblemError(422, 'the Idempotency-Key was used for another request');
}
