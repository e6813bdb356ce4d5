import { foldInstance, type InstanceState } from '../domain/instanceState.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { loadLog } from './log.ts';

export const instanceLog = 'instance';
export const unreadableCodes = ['ChainBroken', 'DamagedLog', 'LogMalformed', 'NewerSchema'];

/**
 * What holds for every image definition; one small log, read in every step. Where it cannot be read nobody knows whether
 * everything is paused, so it is: new versions are still held, and nothing is begun until it is mended.
 */
export async function readInstance(ports: Pick<Ports, 'auditLogs' | 'log' | 'clock'>): Promise<InstanceState> {
  try {
    return foldInstance((await loadLog(ports, instanceLog)).entries);
  } catch (error) {
    if (!(error instanceof AdapterError) || !unreadableCodes.includes(error.code)) throw error;
    ports.log.error(`${error.message}; everything is paused until it can be read`, { code: error.code });
    const reason = 'the log of the instance cannot be read';
    return { paused: { reason, by: 'service', since: ports.clock.now() } };
  }
}
