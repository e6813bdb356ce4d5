import { indexRecordsOf } from '../domain/indexRecord.ts';
import type { TeamFact } from '../domain/teams/teamFacts.ts';
import { foldTeam, type TeamState } from '../domain/teams/teamState.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { appendFacts, type LoadedLog, LogConflict, loadLog, logHead } from './log.ts';

export type TeamLogPorts = Pick<Ports, 'auditLogs' | 'auditIndex' | 'clock' | 'ids'>;

const prefix = 'teams/';
const mostConflicts = 8;

export interface LoadedTeam {
  log: LoadedLog;
  state: TeamState;
}

export async function loadTeam(ports: Pick<Ports, 'auditLogs'>, name: string): Promise<LoadedTeam> {
  const log = await loadLog(ports, `${prefix}${name}`);
  return { log, state: foldTeam(name, log.entries) };
}

/** Every team that there is or was. */
export async function listTeams(ports: Pick<Ports, 'auditLogs'>): Promise<string[]> {
  return (await ports.auditLogs.list(prefix)).map((log) => log.slice(prefix.length));
}

/** Changes with every entry of the team's log. */
export function teamVersion({ log }: LoadedTeam): string {
  const { sequence, hash } = logHead(log);
  return `${sequence}-${hash.slice(0, 12)}`;
}

/**
 * Appends what `decide` makes of the team as it stands, again and again until nobody else came in between. Returns the
 * team with it, or undefined where nothing was decided.
 */
export async function appendToTeam(
  ports: TeamLogPorts,
  name: string,
  by: { actor: string; cause: string },
  decide: (team: LoadedTeam) => TeamFact | undefined,
): Promise<LoadedTeam | undefined> {
  for (let tries = 0; ; tries += 1) {
    const team = await loadTeam(ports, name);
    const fact = decide(team);
    if (!fact) return undefined;
    try {
      await appendFacts(ports, team.log, [fact], { ...by, at: ports.clock.now() });
      const records = indexRecordsOf(team.log.entries.slice(-1), 0);
      await ports.auditIndex.send(records.map((record) => ({ record, retry: 0 })));
      return { log: team.log, state: foldTeam(name, team.log.entries) };
    } catch (error) {
      if (!(error instanceof LogConflict)) throw error;
      if (tries < mostConflicts) continue;
      const details = { code: 'LogContended', retryable: true, cause: error };
      throw new AdapterError(`team ${name} is changed by others all the time: try again`, details);
    }
  }
}
