import type { Metric } from '../metric.ts';

/** What the worker's processor time says about how throughput would rise; undefined where it was not measured. */
export function conclusion(metrics: Metric[]): string | undefined {
  const worker = metrics.find(({ name }) => name === workerTime);
  if (worker?.rival === undefined) return undefined;
  const beyond = Math.round(worker.median - worker.rival);
  const share = Math.round((100 * beyond) / worker.median);
  return (
    `What would raise it: a publication takes ${Math.round(worker.median)} ms of the worker’s processor, of which the ` +
    `same operations by plain requests take ${Math.round(worker.rival)} ms. The ${beyond} ms between them, ${share} %, are ` +
    'the pipelines of the SDKs, parsing and checking of what comes back, decisions and tracing: less of those raises the ' +
    'ratio. Fewer operations, of which [Publication](#publication) shows how many are more than the least, raise the ' +
    'throughput of both.'
  );
}

export const workerTime = 'throughput: processor time of the worker per publication';
