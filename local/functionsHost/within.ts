import type { Clock } from '../clock.ts';

/** The outcome of `work`, or of `late` when the limit passes first; the work itself goes on. */
export async function within<T>(clock: Clock, limitMs: number, work: Promise<T>, late: () => T): Promise<T> {
  const over = Promise.withResolvers<T>();
  const cancel = clock.after(limitMs, () => over.resolve(new Promise<T>((resolve) => resolve(late()))));
  return Promise.race([work, over.promise]).finally(cancel);
}
