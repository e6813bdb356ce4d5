import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createLocalJWKSet, errors, type JWK, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { SecretStore } from './secretStore.ts';

export interface VaultAccess {
  jwks: { keys: JWK[] };
  issuer: string;
  audiences: string[];
  /** Resource id of the vault, and who has which roles where. */
  vaultId: string;
  rolesOf(principalId: string): Promise<{ scope: string; roleDefinitionId: string }[]>;
}

/** Key Vault Secrets Officer writes and reads, Key Vault Secrets User reads. */
const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const user = '4633458b-17de-408a-b874-0445c86b69e6';
const body = z.object({ value: z.string().max(25_600) });

/** Secrets of one key vault: set, and get the newest version or a named one. */
export function vaultApp(store: SecretStore, access: VaultAccess, clock: Clock): Hono {
  const app = new Hono();
  const keys = createLocalJWKSet(access.jwks);
  app.use('*', async (context, next) => {
    const refused = await judge(context.req.header('authorization'), context.req.method === 'GET');
    if (!refused) return next();
    const challenge = `Bearer authorization="${access.issuer}", resource="${access.audiences[0]}"`;
    const headers = refused.status === 401 ? { 'www-authenticate': challenge } : {};
    return context.json(failure(refused.code, refused.message), refused.status as ContentfulStatusCode, headers);
  });
  app.put('/secrets/:name', async (context) => {
    const name = context.req.param('name');
    if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
      return context.json(failure('BadParameter', `${name} is no name of a secret.`), 400);
    const parsed = body.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.json(failure('BadParameter', 'Property value is required.'), 400);
    const { value } = parsed.data;
    return context.json(shown(context.req.url, name, { value, ...store.put(name, value, clock.now()) }));
  });
  app.get('/secrets/:name/:version?', (context) => {
    const { name, version } = context.req.param();
    const found = store.get(name, version);
    if (!found) return context.json(failure('SecretNotFound', `A secret with (name/id) ${name} was not found.`), 404);
    return context.json(shown(context.req.url, name, found));
  });
  app.notFound((context) => context.json(failure('NotFound', `Nothing is at ${context.req.path}.`), 404));
  return app;

  async function judge(authorization: string | undefined, reads: boolean) {
    try {
      const { payload } = await jwtVerify(authorization?.replace(/^Bearer /i, '') ?? '', keys, {
        issuer: access.issuer,
        audience: access.audiences,
        currentDate: new Date(clock.now()),
      });
      const roles = await access.rolesOf(String(payload.oid));
      const wanted = reads ? [officer, user] : [officer];
      const may = roles.some(({ scope, roleDefinitionId }) => isOver(scope) && wanted.includes(last(roleDefinitionId)));
      return may
        ? undefined
        : { status: 403, code: 'Forbidden', message: 'Caller is not authorized to perform action on resource.' };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { status: 401, code: 'Unauthorized', message: error.message };
      throw error;
    }
  }

  function isOver(scope: string): boolean {
    return `${access.vaultId}/`.toLowerCase().startsWith(`${scope.toLowerCase().replace(/\/+$/, '')}/`);
  }
}

function shown(url: string, name: string, { value, version, at }: { value: string; version: string; at: number }) {
  const seconds = Math.floor(at / 1_000);
  const attributes = { enabled: true, created: seconds, updated: seconds, recoveryLevel: 'Recoverable+Purgeable' };
  return { value, id: `${new URL(url).origin}/secrets/${name}/${version}`, attributes };
}

function failure(code: string, message: string) {
  return { error: { code, message } };
}

function last(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
