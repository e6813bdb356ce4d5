import { type Metric, summarise } from '../metric.ts';
import { type Report, reasonOf } from '../report.ts';
import { type Burst, makeBurstApps, recordBurst, replayBurst } from './bursts.ts';
import { workerTime } from './conclusion.ts';
import { totals } from './throughput.ts';

const rounds = 2;
const images = Array.from({ length: 20 }, (_, index) => `image-${index}`);

/** A burst by the service, then the same operations by an app that only repeats them; each on a fresh local Azure. */
export async function measureThroughput({ say }: Report): Promise<Metric[]> {
  await makeBurstApps();
  const own: Burst[] = [];
  const replayed: Burst[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const burst = await recordBurst(images);
    own.push(burst);
    say(`${images.length} publications at once: ${Math.round(burst.perMinute)} a minute`);
    const rival = await replayBurst(images, burst).catch((error: unknown) => {
      say(`the replay is repeated: ${reasonOf(error)}`);
      return replayBurst(images, burst);
    });
    replayed.push(rival);
    const { operations, repeated, answeredOtherwise } = totals(rival.invocations);
    const differences = `${repeated} asked again, ${answeredOtherwise} answered otherwise`;
    say(`their ${operations} operations alone: ${Math.round(rival.perMinute)} a minute; ${differences}`);
  }
  const beside = (of: (burst: Burst) => number) => ({ own: own.map(of), rival: replayed.map(of) });
  const perMinute = beside((burst) => burst.perMinute);
  const processorMs = beside((burst) => burst.processorMs);
  return [
    summarise('throughput: publications per minute', 'number', perMinute.own, {
      rival: perMinute.rival,
      limit: 0.6,
      better: 'more',
    }),
    summarise(workerTime, 'ms', processorMs.own, { rival: processorMs.rival }),
  ];
}
