import { makeDefinitions } from '../../local/stack/deploy.ts';
import type { BenchOptions } from '../benchOptions.ts';
import { type Metric, summarise } from '../metric.ts';
import { startRecordedStack } from '../recording/startRecordedStack.ts';
import type { Report } from '../report.ts';
import { type Publication, publishAll } from './publishAll.ts';
import { timeOf } from './takenBy.ts';
import { watchProcess } from './watchProcess.ts';

/** Resource Manager grants a principal 25 reads a second: on a clock of real speed the burst would take eleven minutes. */
const speed = 4;
/** Four minutes for 200 on two quiet cores; one that is busy with something else is no reason to lose the figures. */
const limitMs = 25 * 60_000;

/** Each version of its own image definition, all written within seconds. */
export async function measureBurst({ say }: Report, { burst: versions }: BenchOptions): Promise<Metric[]> {
  const images = Array.from({ length: versions }, (_, index) => `image-${index}`);
  const stack = await startRecordedStack('bench-burst', {
    speed,
    policyFile: 'bench/publication/policy.yaml',
    before: (endpoints) => makeDefinitions(endpoints, images),
  });
  try {
    let publications: Publication[] = [];
    const { megabytes, processorMs } = await watchProcess(stack.workerPid, async () => {
      publications = await publishAll(stack, images, limitMs);
    });
    const recording = await stack.record();
    say(`${publications.length} publications at once`);
    const times = publications.map((publication) => timeOf(publication, recording, speed));
    return [
      summarise(
        `burst: ${versions} versions, event to latest, own time`,
        's',
        times.map(({ ownMs }) => (ownMs * speed) / 1_000),
        { limit: 3 },
      ),
      summarise(
        `burst: ${versions} versions, event to latest, waiting`,
        's',
        times.map(({ waitMs }) => waitMs / 1_000),
      ),
      summarise(`burst: ${versions} versions, memory of the worker`, 'MB', megabytes, { limit: 300 }),
      summarise(`burst: ${versions} versions, processor time of the worker per publication`, 'ms', [
        processorMs / publications.length,
      ]),
    ];
  } finally {
    await stack.stop();
  }
}
