import { type Metric, summarise } from '../metric.ts';
import type { ServiceRequest } from '../recording/startRecordedStack.ts';
import { leastByBuckets } from './leastByBuckets.ts';
import { isRefused } from './refusals.ts';
import type { Times } from './takenBy.ts';

export interface BurstVersion extends Times {
  /** Of Resource Manager, about this version, refused or not. */
  calls: ServiceRequest[];
}

export interface BurstSetting {
  speed: number;
  /** From event to latest with nothing else to do, each end seen at once, in milliseconds of Azure's clock. */
  azureAloneMs: number;
  /** Of all that this machine did meanwhile, worker, local Azure and guests, in milliseconds. */
  processorMs: number;
  cores: number;
}

/**
 * Whose the time of a burst is. Each part stands beside the least of it that the same calls and the same work force on a
 * burst, however it is served: of the versions in the order in which they become latest, by what Resource Manager grants,
 * by what the processors do. A version waits for one while it does for another, so the parts of these do not add up.
 */
export function burstMetrics(versions: BurstVersion[], setting: BurstSetting): Metric[] {
  const { speed, azureAloneMs } = setting;
  const granted = versions.map(({ begin, latest, calls }) =>
    calls.filter((call) => !isRefused(call) && begin <= call.from && call.from <= latest),
  );
  // They are counted from the first event on, and each version's time from its own.
  const begins = versions.map(({ begin }) => begin);
  const latestBegin = Math.max(...begins) - Math.min(...begins);
  const byBuckets = leastByBuckets(granted).map((least) => Math.max(0, least - latestBegin));
  const byProcessors = versions.map((_, index) => processorLeast(index + 1, versions.length, setting));
  const summary = (what: string, of: (version: BurstVersion) => number, rivalMs: number[], limit?: number) =>
    summarise(
      `burst: ${versions.length} versions, ${what}`,
      's',
      versions.map((version) => of(version) / 1_000),
      { rival: rivalMs.map((ms) => ms / 1_000), ...(limit !== undefined && { limit, limitOf: 'p95' }) },
    );
  return [
    summary('event to latest', ({ begin, latest }) => latest - begin, byBuckets.map(atLeast(azureAloneMs))),
    summary('event to latest, own time', ({ ownMs }) => ownMs * speed, byProcessors, 3),
    summary(
      'event to latest, refused by Resource Manager',
      ({ refusedMs }) => refusedMs,
      byBuckets.map(beyond(azureAloneMs)),
    ),
    summary('event to latest, waiting', ({ waitMs }) => waitMs, [azureAloneMs]),
    ...callMetrics(versions),
  ];
}

function callMetrics(versions: BurstVersion[]): Metric[] {
  const counted = (what: string, of: (calls: ServiceRequest[]) => ServiceRequest[]) =>
    summarise(
      `burst: ${versions.length} versions, ${what}`,
      'number',
      versions.map(({ calls }) => of(calls).length),
    );
  return [
    counted('calls of Resource Manager', (calls) => calls),
    counted('calls of Resource Manager refused', (calls) => calls.filter(isRefused)),
  ];
}

/** So many of all versions cannot be done before the processors, never idle, have done their share of the work. */
const processorLeast = (count: number, of: number, { processorMs, cores, speed }: BurstSetting): number =>
  ((count / of) * processorMs * speed) / cores;

const atLeast = (floor: number) => (ms: number) => Math.max(floor, ms);
const beyond = (floor: number) => (ms: number) => Math.max(0, ms - floor);
