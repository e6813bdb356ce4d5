import { type Metric, summarise } from '../metric.ts';
import { type Publication, publishAll } from '../publication/publishAll.ts';
import { type Taken, takenBy } from '../publication/takenBy.ts';
import { watchProcess } from '../publication/watchProcess.ts';
import { startRecordedStack } from '../recording/startRecordedStack.ts';
import type { Report } from '../report.ts';
import { fillGallery } from './fillGallery.ts';
import { takeInAll, writeHistory } from './writeHistory.ts';

type Say = Report['say'];
type Sample = Taken & { processorMs: number };

const speed = 10;
const times = 5;
const definitions = 25;
/** 100 and 5,000 versions in all. */
const smallest = 4;
const largest = 200;
const growing = 'image-0';

/** Publications in galleries of growing size, the definition that they are in growing with them. */
export async function measureGrowth({ say }: Report): Promise<Metric[]> {
  const small = await publishAmong(smallest, say);
  const grown = await publishAmong(largest, say);
  const beside = (what: string, unit: string, of: (sample: Sample) => number) =>
    summarise(`growth: ${largest * definitions} versions, ${what}`, unit, grown.map(of), {
      rival: small.map(of),
      limit: 1.2,
    });
  return [
    beside('event to latest, own time', 'ms', ({ ownMs }) => ownMs),
    beside('event to latest, all', 's', ({ ownMs, waitMs }) => (ownMs + waitMs) / 1_000),
    beside('processor time', 'ms', ({ processorMs }) => processorMs),
  ];
}

/** The first publication warms up. */
async function publishAmong(versionsEach: number, say: Say): Promise<Sample[]> {
  const images = Array.from({ length: definitions }, (_, index) => `image-${index}`);
  const stack = await startRecordedStack('bench-growth', {
    speed,
    policyFile: 'bench/publication/policy.yaml',
    armSettings: { tokenBuckets: false },
    before: async (endpoints) => {
      await fillGallery(endpoints, images, versionsEach);
      await writeHistory(endpoints, growing);
      say(`a gallery of ${versionsEach * definitions} versions`);
    },
  });
  try {
    await takeInAll(stack.endpoints, definitions);
    const done: { publication: Publication; processorMs: number }[] = [];
    for (let run = 0; run <= times; run += 1) {
      let publications: Publication[] = [];
      const { processorMs } = await watchProcess(stack.workerPid, async () => {
        publications = await publishAll(stack, [growing], 90_000, `2.0.${run}`);
      });
      done.push(...publications.map((publication) => ({ publication, processorMs })));
    }
    const recording = await stack.record();
    say(`${times} publications in it, ${versionsEach} versions of the same definition`);
    return done.slice(1).map(({ publication, processorMs }) => ({
      ...takenBy(publication, recording, speed),
      processorMs,
    }));
  } finally {
    await stack.stop();
  }
}
