import type { Ports } from '../ports.ts';
import { attemptAll, type Part } from './attemptAll.ts';
import { settleTeam } from './settleTeam.ts';
import { listTeams } from './teamLog.ts';

/** What a request began and a crash left half done. */
export async function settleTeams(ports: Ports): Promise<void> {
  const names = await listTeams(ports);
  const parts = names.map((name): Part => [`team ${name}`, async () => void (await settleTeam(ports, name))]);
  const [problem] = await attemptAll(ports, parts);
  if (problem) throw problem;
}
