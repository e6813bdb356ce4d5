import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from './runSeed.ts';
import type { Answered, Asked } from './thread.ts';

const batch = 20;

export interface Range {
  first: number;
  count: number;
  /** Ends all with the first seed that fails. */
  stopAtFirst: boolean;
  progress?(done: number, failed: number): void;
}

/**
 * Runs seeds on as many threads as there are cores. A seed leaves much behind that is soon garbage: `npm run simulate` gives
 * each thread room for some, so that little of it is ever copied (more room costs more in fresh memory than it saves), and no
 * helpers, which would only take the cores from it.
 */
export async function runSeeds(file: string, { first, count, stopAtFirst, progress }: Range): Promise<SeedResult[]> {
  const results: SeedResult[] = [];
  let next = first;
  let failed = 0;
  const end = first + count;
  const work = async () => {
    const thread = new Worker(file, { workerData: { stopAtFirst } });
    while (next < end && !(stopAtFirst && failed > 0)) {
      const from = next;
      next += batch;
      const answered = await ask(thread, { kind: 'range', from, count: Math.min(batch, end - from) });
      if (answered.kind !== 'range') continue;
      results.push(...answered.results);
      failed += answered.results.filter(({ violations }) => violations.length > 0).length;
      progress?.(results.length, failed);
    }
    await thread.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(count / batch)) }, work));
  return results.sort((a, b) => a.seed - b.seed);
}

export async function replay(file: string, seed: number): Promise<Extract<Answered, { kind: 'replay' }>> {
  const thread = new Worker(file);
  const answered = await ask(thread, { kind: 'replay', seed });
  await thread.terminate();
  if (answered.kind !== 'replay') throw new Error('the thread answered something else');
  return answered;
}

async function ask(thread: Worker, asked: Asked): Promise<Answered> {
  thread.postMessage(asked);
  const [answered] = (await once(thread, 'message')) as [Answered];
  return answered;
}
