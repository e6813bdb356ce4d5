import { availableParallelism } from 'node:os';
import { makeDefinitions } from '../../local/stack/deploy.ts';
import type { BenchOptions } from '../benchOptions.ts';
import { type Metric, summarise } from '../metric.ts';
import { startRecordedStack } from '../recording/startRecordedStack.ts';
import type { Report } from '../report.ts';
import { azureAlone } from './azureAlone.ts';
import { burstMetrics } from './burstMetrics.ts';
import { processorOfTree } from './processorOfTree.ts';
import { type Publication, publishAll } from './publishAll.ts';
import { isAbout } from './refusals.ts';
import { timeOf } from './takenBy.ts';
import { watchProcess } from './watchProcess.ts';

/** On a clock of real speed the burst would take half of the time that the whole bench has. */
const speed = 2;
const aloneSpeed = 10;
/** Three minutes for 200 on two quiet cores; one that is busy with something else is no reason to lose the figures. */
const limitMs = 22 * 60_000;

/** Each version of its own image definition, all written within seconds. */
export async function measureBurst({ say }: Report, { burst: versions }: BenchOptions): Promise<Metric[]> {
  const [alone] = await azureAlone(aloneSpeed, 1);
  if (!alone) throw new Error('nothing was published by hand');
  say('1 publication by hand');
  const images = Array.from({ length: versions }, (_, index) => `image-${index}`);
  const stack = await startRecordedStack('bench-burst', {
    speed,
    policyFile: 'bench/publication/policy.yaml',
    before: (endpoints) => makeDefinitions(endpoints, images),
  });
  try {
    let publications: Publication[] = [];
    const before = await processorOfTree(process.pid);
    const { megabytes, processorMs } = await watchProcess(stack.workerPid, async () => {
      publications = await publishAll(stack, images, limitMs);
    });
    const allMs = (await processorOfTree(process.pid)) - before;
    const recording = await stack.record();
    say(`${publications.length} publications at once`);
    const timed = publications.map((publication) => ({
      ...timeOf(publication, recording, speed),
      calls: recording.requests.filter(isAbout(publication)),
    }));
    const setting = { speed, azureAloneMs: alone.toLatestMs, processorMs: allMs, cores: availableParallelism() };
    const each = (what: string, ofAllMs: number) =>
      summarise(`burst: ${versions} versions, processor time of ${what} per publication`, 'ms', [ofAllMs / versions]);
    return [
      ...burstMetrics(timed, setting),
      summarise(`burst: ${versions} versions, memory of the worker`, 'MB', megabytes, { limit: 300 }),
      each('the worker', processorMs),
      each('local Azure, its guests and the bench', allMs - processorMs),
    ];
  } finally {
    await stack.stop();
  }
}
