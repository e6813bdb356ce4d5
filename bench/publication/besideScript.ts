import { type Metric, summarise } from '../metric.ts';
import type { UsualScript } from '../usualScript/usualScript.ts';
import type { AzureAlone } from './azureAlone.ts';
import type { Taken } from './takenBy.ts';

/** What the service takes of what the usual script takes: it checks twice with a restart between, and the script once. */
export function besideScript(
  taken: Taken[],
  alone: AzureAlone[],
  processorMs: number[],
  { runs, azureMs, armCalls }: UsualScript,
): Metric[] {
  const azure = alone.map(({ toLatestMs }) => toLatestMs).toSorted((a, b) => a - b)[Math.floor(alone.length / 2)] ?? 0;
  return [
    summarise(
      'publication: event to latest beyond Azure’s own time, beside the script',
      's',
      taken.map(({ ownMs, waitMs }) => (ownMs + waitMs - azure) / 1_000),
      { rival: runs.map(({ wallMs }) => (wallMs - azureMs) / 1_000), limit: 0.1 },
    ),
    summarise('publication: processor time, beside the script', 'ms', processorMs, {
      rival: runs.map((run) => run.processorMs),
      limit: 0.05,
    }),
    summarise(
      'publication: calls of Resource Manager, beside the script',
      'number',
      taken.map((one) => one.armCalls),
      { rival: [armCalls] },
    ),
  ];
}
