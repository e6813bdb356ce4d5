import { parentPort, workerData } from 'node:worker_threads';
import { runSeed, type SeedResult } from './runSeed.ts';
import { Trace } from './trace.ts';

/** What a thread is asked: seeds of a range, or one seed with all that happened in it. */
export type Asked = { kind: 'range'; from: number; count: number } | { kind: 'replay'; seed: number };
export type Answered =
  | { kind: 'range'; results: SeedResult[] }
  | { kind: 'replay'; result: SeedResult; lines: string[] };

async function answer(asked: Asked): Promise<Answered> {
  if (asked.kind === 'replay') {
    const trace = new Trace();
    return { kind: 'replay', result: await runSeed(asked.seed, trace), lines: trace.lines };
  }
  const results: SeedResult[] = [];
  for (let seed = asked.from; seed < asked.from + asked.count; seed += 1) {
    const result = await runSeed(seed);
    results.push(result);
    if (workerData?.stopAtFirst && result.violations.length > 0) break;
  }
  return { kind: 'range', results };
}

parentPort?.on('message', (asked: Asked) => {
  void answer(asked).then((answered) => parentPort?.postMessage(answered));
});
