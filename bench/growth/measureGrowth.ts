import { type Metric, summarise } from '../metric.ts';
import { endOf } from '../publication/endOf.ts';
import { type Publication, publishAll } from '../publication/publishAll.ts';
import { type Taken, takenBy } from '../publication/takenBy.ts';
import { watchProcess } from '../publication/watchProcess.ts';
import { recordUntil } from '../recording/recordUntil.ts';
import { type RecordedStack, startRecordedStack } from '../recording/startRecordedStack.ts';
import type { Report } from '../report.ts';
import { fillGallery } from './fillGallery.ts';
import { takeInAll, writeHistory } from './writeHistory.ts';

type Say = Report['say'];
type Sample = Taken & { processorMs: number };

const speed = 10;
/** On each side: the medians of two times 24 that spread by a seventh are within a tenth of each other, nine times in ten. */
const times = 24;
const definitions = 25;
/** 100 and 5,000 versions in all. */
const smallest = 4;
const largest = 200;
const growing = 'image-0';

/**
 * Publications in a small and in a large gallery, each on a local Azure of its own, at the same time: whatever else the
 * machine does meets both alike.
 */
export async function measureGrowth({ say }: Report): Promise<Metric[]> {
  const [small, large] = await Promise.all([startAmong(smallest, say), startAmong(largest, say)]);
  try {
    const [few, many] = await Promise.all([publishOften(small), publishOften(large)]);
    say(`${times} publications in each`);
    const beside = (what: string, unit: string, of: (sample: Sample) => number) =>
      summarise(`growth: ${largest * definitions} versions, ${what}`, unit, many.map(of), {
        rival: few.map(of),
        limit: 1.2,
      });
    return [
      beside('event to latest, own time', 'ms', ({ ownMs }) => ownMs),
      beside('event to latest, all', 's', ({ ownMs, waitMs }) => (ownMs + waitMs) / 1_000),
      beside('processor time', 'ms', ({ processorMs }) => processorMs),
    ];
  } finally {
    await Promise.all([small.stop(), large.stop()]);
  }
}

/** Local Azure with a gallery of so many versions of each image definition, all of them known to the service. */
async function startAmong(versionsEach: number, say: Say): Promise<RecordedStack> {
  const images = Array.from({ length: definitions }, (_, index) => `image-${index}`);
  const stack = await startRecordedStack(`bench-growth-${versionsEach}`, {
    speed,
    policyFile: 'bench/publication/policy.yaml',
    armSettings: { tokenBuckets: false },
    before: async (endpoints) => {
      await fillGallery(endpoints, images, versionsEach);
      await writeHistory(endpoints, growing);
      say(`a gallery of ${versionsEach * definitions} versions, ${versionsEach} of the same definition`);
    },
  });
  await takeInAll(stack.endpoints, definitions);
  return stack;
}

/** The first publication warms up. */
async function publishOften(stack: RecordedStack): Promise<Sample[]> {
  const done: { publication: Publication; processorMs: number }[] = [];
  for (let run = 0; run <= times; run += 1) {
    let publications: Publication[] = [];
    const { processorMs } = await watchProcess(stack.workerPid, async () => {
      publications = await publishAll(stack, [growing], 90_000, `2.0.${run}`);
    });
    done.push(...publications.map((publication) => ({ publication, processorMs })));
  }
  const recording = await recordUntil(stack, (so) =>
    done.every(({ publication }) => endOf(publication, so) !== undefined),
  );
  return done.slice(1).map(({ publication, processorMs }) => ({
    ...takenBy(publication, recording, speed),
    processorMs,
  }));
}
