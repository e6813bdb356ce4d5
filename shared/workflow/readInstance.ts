import type { InstanceState } from '../domain/instanceState.ts';
import type { Ports } from '../ports.ts';
import { foldInstanceLog } from './foldLog.ts';
import { isUnreadable, type LoadedLog, loadLog } from './log.ts';

export const instanceLog = 'instance';

/** Whoever only looks has nobody to tell. */
type Reading = Pick<Ports, 'auditLogs'> & Partial<Pick<Ports, 'log'>>;

/**
 * What holds for every image definition; one small log, read in every step. Where it cannot be read nobody knows whether
 * everything is paused, so it is: new versions are still held, and nothing is begun until it is mended.
 */
export async function readInstance(ports: Reading & Pick<Ports, 'clock'>): Promise<InstanceState> {
  return instanceOf(ports, await loadInstance(ports));
}

export function loadInstance(ports: Reading): Promise<LoadedLog | undefined> {
  return loadReadable(ports, 'everything is paused until it can be read');
}

export function instanceOf({ clock }: Pick<Ports, 'clock'>, log: LoadedLog | undefined): InstanceState {
  if (log) return foldInstanceLog(log);
  const reason = 'the log of the instance cannot be read';
  return { paused: { reason, by: 'service', since: clock.now() } };
}

/** The log of the instance. Undefined where it is damaged, which is logged as an error, with what follows from it. */
export async function loadReadable(ports: Reading, consequence: string): Promise<LoadedLog | undefined> {
  try {
    return await loadLog(ports, instanceLog);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    ports.log?.error(`${error.message}; ${consequence}`, { code: error.code });
    return undefined;
  }
}
