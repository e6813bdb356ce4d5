import { compileFilter } from '../domain/teams/teamFilter.ts';
import type { Ports } from '../ports.ts';
import { attemptAll, type Part } from './attemptAll.ts';
import { beginCount, isCounting } from './deliveries/countPlaced.ts';
import { settleTeam } from './settleTeam.ts';
import { listTeams } from './teamLog.ts';

/** What a request began and a crash left half done. */
export async function settleTeams(ports: Ports): Promise<void> {
  const names = await listTeams(ports);
  const parts = names.map((name): Part => [`team ${name}`, () => settle(ports, name)]);
  const [problem] = await attemptAll(ports, parts);
  if (problem) throw problem;
}

async function settle(ports: Ports, name: string): Promise<void> {
  const { inForce } = (await settleTeam(ports, name)).state;
  if (!inForce || inForce.delivery || (await isCounting(ports, name))) return;
  // A team of a release that did not count.
  const compiled = compileFilter(name, inForce.filter);
  if (compiled.kind === 'invalid') return;
  await ports.teamSubscriptions.put(name, compiled.sql, false);
  await beginCount(ports, name, false);
}
