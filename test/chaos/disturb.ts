import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from '../../local/stack/startStack.ts';
import type { Random } from '../simulation/random.ts';
import { cuts, type StorageProxy } from './storageProxy.ts';
import type { WorkerLog } from './workerLog.ts';

const disturbances = ['worker', 'serviceBus', 'storage'] as const;
type Disturbance = (typeof disturbances)[number];

/** How often each disturbance came. */
export type Disturbed = Record<'worker' | 'serviceBus' | (typeof cuts)[number], number>;

export const undisturbed = (): Disturbed => ({ worker: 0, serviceBus: 0, refused: 0, hung: 0, resetAfterRequest: 0 });

/** In words, for people. */
export const listCounts = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([what, number]) => `${what} ${number}`)
    .join(', ');

/**
 * Every few seconds of real time a worker process or Service Bus gets SIGKILL, or storage is cut off for a while, until the
 * signal; then everything is up again. The seconds count from when what was killed runs again: a slow machine would else
 * do nothing but start processes. Counts what it did.
 */
export async function disturb(
  stack: Pick<Stack, 'functionsHost' | 'serviceBus'>,
  workers: WorkerLog,
  storage: StorageProxy,
  random: Random,
  disturbed: Disturbed,
  signal: AbortSignal,
): Promise<void> {
  // Each kind in its turn, in any order: a short run meets all of them.
  let left: Disturbance[] = [];
  for (;;) {
    await wait(random.between(2_000, 5_000), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    if (left.length === 0) left = [...disturbances];
    const what = random.pick(left as [Disturbance]);
    left = left.filter((each) => each !== what);
    if (what === 'worker') {
      if (await killWorker(stack.functionsHost.pid, random)) disturbed.worker += 1;
      await workers.untilStarted(disturbed.worker, signal);
    } else if (what === 'serviceBus') {
      await stack.serviceBus.kill();
      await stack.serviceBus.restart();
      disturbed.serviceBus += 1;
    } else {
      const how = random.pick(cuts);
      storage.cut(how);
      await wait(random.between(500, 2_000));
      storage.heal();
      disturbed[how] += 1;
    }
  }
}

/** The host starts another one in its place. */
async function killWorker(host: number | undefined, random: Random): Promise<boolean> {
  const children = await readFile(`/proc/${host}/task/${host}/children`, 'utf8').catch(() => '');
  const [first, ...others] = children.split(' ').filter(Boolean).map(Number);
  if (first === undefined) return false;
  try {
    process.kill(random.pick([first, ...others]), 'SIGKILL');
    return true;
  } catch {
    // It had ended by itself.
    return false;
  }
}
