import { z } from 'zod';
import type { ApiClient, Version } from '../stack/apiClient.ts';
import { callArm } from '../stack/callArm.ts';
import { computeClient } from '../stack/deploy.ts';
import type { Endpoints } from '../stack/endpoints.ts';
import type { TeamMessage } from '../stack/listenTeam.ts';
import { smokeTestGroup, smokeTestGroupId } from '../stack/names.ts';

export interface Report {
  versions: (Pick<Version, 'id' | 'outcome' | 'reason' | 'tests'> & { entries: { at: string; type: string }[] })[];
  latest: Record<string, Record<string, string>>;
  teams: Record<string, { id: string; type: string; subject: string }[]>;
  leftovers: { virtualMachines: number; networkInterfaces: number; disks: number };
  audit: { entries: number; chain: 'intact' | 'broken' };
}

/** What a run came to: the service's own account, what teams received, and what Azure still holds. */
export async function buildReport(
  endpoints: Endpoints,
  api: ApiClient,
  teams: Map<string, TeamMessage[]>,
): Promise<Report> {
  const [versions, images, audit, leftovers] = await Promise.all([
    api.versions(),
    api.images(),
    api.audit(),
    countLeftovers(endpoints),
  ]);
  return {
    versions: versions.map(({ id, outcome, reason, tests, entries }) => ({
      id,
      outcome,
      reason,
      tests,
      entries: entries.map(({ at, type }) => ({ at, type })),
    })),
    latest: Object.fromEntries(images.map(({ id, latest }) => [id, latest])),
    teams: Object.fromEntries(
      [...teams].map(([team, messages]) => [team, messages.map(({ id, type, subject }) => ({ id, type, subject }))]),
    ),
    leftovers,
    audit: { entries: audit.entries, chain: audit.chain },
  };
}

export async function countLeftovers(endpoints: Endpoints): Promise<Report['leftovers']> {
  const client = computeClient(endpoints);
  const [virtualMachines, disks] = await Promise.all([
    count(client.virtualMachines.list(smokeTestGroup)),
    count(client.disks.listByResourceGroup(smokeTestGroup)),
  ]);
  return { virtualMachines, networkInterfaces: await countNetworkInterfaces(endpoints), disks };
}

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let number = 0;
  for await (const _ of items) number += 1;
  return number;
}

async function countNetworkInterfaces(endpoints: Endpoints): Promise<number> {
  const path = `${smokeTestGroupId}/providers/Microsoft.Network/networkInterfaces?api-version=2024-05-01`;
  return networkInterfaces.parse(await callArm(endpoints, 'GET', path)).value.length;
}

const networkInterfaces = z.object({ value: z.array(z.unknown()) });
