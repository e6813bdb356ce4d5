import { makeDefinitions } from '../../local/stack/deploy.ts';
import { type Metric, summarise } from '../metric.ts';
import { recordUntil } from '../recording/recordUntil.ts';
import { startRecordedStack } from '../recording/startRecordedStack.ts';
import { type Report, unlessItFails } from '../report.ts';
import { usualScript } from '../usualScript/usualScript.ts';
import { type AzureAlone, azureAlone } from './azureAlone.ts';
import { besideScript } from './besideScript.ts';
import { costOfThousand } from './cost.ts';
import { endOf } from './endOf.ts';
import { least } from './least.ts';
import { type Publication, publishAll } from './publishAll.ts';
import { type Taken, takenBy } from './takenBy.ts';
import { watchProcess } from './watchProcess.ts';

/** Slow enough that what local Azure and its guests take of this machine, which counts as waiting, stays small. */
const speed = 4;
const times = 8;
/** Each image of the warm-up gets as many versions. */
const warmUp = { images: 5, versions: 4 };

/**
 * One version after the other, with nothing else to do. A worker lives for hours, so this one has its code compiled first:
 * in the first publications V8 takes more time for that than for anything else.
 */
export async function measurePublication(report: Report): Promise<Metric[]> {
  const { say } = report;
  const alone = await azureAlone(speed, 3);
  say('3 publications by hand');
  const script = await unlessItFails(report, 'beside the script', () => usualScript(say));
  const images = numbered('image', times);
  const others = numbered('warm-up', warmUp.images);
  const stack = await startRecordedStack('bench-publication', {
    speed,
    policyFile: 'bench/publication/policy.yaml',
    before: (endpoints) => makeDefinitions(endpoints, [...others, ...images]),
  });
  try {
    for (let version = 0; version < warmUp.versions; version += 1)
      await publishAll(stack, others, 90_000, `1.0.${version}`);
    say(`${warmUp.images * warmUp.versions} publications to warm up`);
    const publications: Publication[] = [];
    const processor: number[] = [];
    for (const image of images) {
      const { processorMs } = await watchProcess(stack.workerPid, async () => {
        publications.push(...(await publishAll(stack, [image], 90_000)));
      });
      processor.push(processorMs);
    }
    say(`${publications.length} publications by the service`);
    const recording = await recordUntil(stack, (so) => publications.every((one) => endOf(one, so) !== undefined));
    const taken = publications.map((publication) => takenBy(publication, recording, speed));
    return [
      ...timeMetrics(taken, alone),
      ...operationMetrics(taken),
      costMetric(taken, alone),
      ...(script ? besideScript(taken, alone, processor, script) : []),
    ];
  } finally {
    await stack.stop();
  }
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);

function timeMetrics(taken: Taken[], alone: AzureAlone[]): Metric[] {
  const seconds = (of: (one: Taken) => number) => taken.map((one) => of(one) / 1_000);
  const toLatest = alone.map(({ toLatestMs }) => toLatestMs / 1_000);
  const vmAlive = alone.map(({ vmAliveMs }) => vmAliveMs / 1_000);
  return [
    summarise(
      'publication: event to latest, own time',
      'ms',
      taken.map(({ ownMs }) => ownMs),
      { limit: 1_000 },
    ),
    summarise(
      'publication: event to latest, waiting',
      's',
      seconds(({ waitMs }) => waitMs),
      { rival: toLatest },
    ),
    summarise(
      'publication: virtual machine alive, own time',
      's',
      seconds(({ vmOwnMs }) => vmOwnMs),
      { limit: 5 },
    ),
    summarise(
      'publication: virtual machine alive',
      's',
      seconds(({ vmOwnMs, vmWaitMs }) => vmOwnMs + vmWaitMs),
      { rival: vmAlive },
    ),
  ];
}

function operationMetrics(taken: Taken[]): Metric[] {
  const count = (what: string, of: (one: Taken) => number, leastOf: (one: Taken) => number) =>
    summarise(`publication: ${what}`, 'number', taken.map(of), { rival: taken.map(leastOf) });
  return [
    count(
      'calls of Resource Manager',
      ({ armCalls }) => armCalls,
      () => least.armCalls,
    ),
    count(
      'messages',
      ({ messages }) => messages,
      ({ announcements }) => least.messages + announcements,
    ),
    count(
      'blob reads',
      ({ blobReads }) => blobReads,
      () => least.blobReads,
    ),
    count(
      'blob lists',
      ({ blobLists }) => blobLists,
      () => least.blobLists,
    ),
    count(
      'blob writes',
      ({ blobWrites }) => blobWrites,
      () => least.blobWrites,
    ),
    count(
      'blob deletions',
      ({ blobDeletions }) => blobDeletions,
      () => least.blobDeletions,
    ),
    count(
      'steps',
      ({ steps }) => steps,
      () => least.steps,
    ),
  ];
}

function costMetric(taken: Taken[], alone: AzureAlone[]): Metric {
  const leastCost = alone.map(({ vmAliveMs }) =>
    costOfThousand({ ...least, vmSeconds: vmAliveMs / 1_000, executions: 3 * least.steps }),
  );
  const cost = taken.map((one) => costOfThousand({ ...one, vmSeconds: (one.vmOwnMs + one.vmWaitMs) / 1_000 }));
  return summarise('publication: cost of 1,000', 'USD', cost, { rival: leastCost });
}
