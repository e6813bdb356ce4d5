import { msBetween } from '../domain/instant.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';
import { listSlots, releaseSlot } from './slots.ts';

/** A slot this young may belong to a launch whose intent is about to be appended. */
const graceMs = 10 * 60_000;

/** Frees slots whose run is over, or was never begun: the step that should have given them back was lost. */
export async function releaseFinishedSlots(ports: Ports): Promise<void> {
  for (const { region, slots } of await listSlots(ports)) {
    for (const { vmName, key, takenAt } of slots) {
      if (msBetween(takenAt, ports.clock.now()) < graceMs) continue;
      if (!(await mayBeRunning(ports, key, vmName))) await releaseSlot(ports, region, vmName);
    }
  }
}

/** A run whose log cannot be read keeps its slot, and no other run waits for the log to be mended. */
async function mayBeRunning(ports: Ports, key: string, vmName: string): Promise<boolean> {
  try {
    return await isRunning(ports, key, vmName);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    ports.log.warn(`slot of ${vmName}: ${error.message}`, { code: error.code });
    return true;
  }
}

async function isRunning(ports: Ports, key: string, vmName: string): Promise<boolean> {
  const definition = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
  for (const incarnation of Object.keys(definition.open)) {
    const state = foldIncarnationLog(await loadLog(ports, incarnationLog(key, incarnation)));
    const attempt = state?.attempts.find(({ launch }) => launch?.vmName === vmName);
    if (attempt && attempt.goneAt === undefined) return true;
  }
  return false;
}
