import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type RunningHttp, serveHttp } from '../serveHttp.ts';
import { SecretStore } from './secretStore.ts';
import { type VaultAccess, vaultApp } from './vaultApp.ts';

export interface VaultOptions {
  port: number;
  tls: { keyFile: string; certFile: string };
  /** Where the secrets lie. */
  file: string;
  /** `roles` answers `?principalId=` with the role assignments of a principal. */
  access: Omit<VaultAccess, 'rolesOf' | 'audiences'> & { roles: string };
  clock: Clock;
}

const assignments = z.array(z.object({ scope: z.string(), roleDefinitionId: z.string() }));
const audiences = ['https://vault.azure.net', 'https://vault.azure.net/'];

/** Key Vault over https: its secrets, by tokens and role assignments. */
export function startVault({ port, tls, file, access, clock }: VaultOptions): Promise<RunningHttp> {
  const rolesOf = async (principalId: string) => {
    const response = await fetch(`${access.roles}?principalId=${encodeURIComponent(principalId)}`);
    return assignments.parse(await response.json());
  };
  return serveHttp(vaultApp(new SecretStore(file), { ...access, audiences, rolesOf }, clock), { port, tls });
}
