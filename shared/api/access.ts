import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
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

/** The caller's own name for the request, by which a repeated one is the same; else one is made up. */
export function requestIdOf(context: Context, random: () => string): string {
  const key = context.req.header('idempotency-key');
  if (key === undefined) return random();
  if (!/^[\x21-\x7e]{1,100}$/.test(key))
    throw new ProblemError(400, 'Idempotency-Key must be 1 to 100 visible characters');
  return `${principalOf(context).objectId} ${key}`;
}

export function keyTaken(): ProblemError {
  return new ProblemError(422, 'the Idempotency-Key was used for another request');
}
