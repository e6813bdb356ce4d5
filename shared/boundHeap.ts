import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Half for what is new, half for what survives of it: enough that what a step needs dies young. */
const mostYoungBytes = 12_000_000;

/**
 * Keeps the heap close to what lives in it. By itself V8 lets it grow to several times that before it collects, the young
 * half of it alone to 128 MB where the machine has much memory, and the smallest instance has 512 MB, for the host too.
 * Both flags are read at every collection. Arguments of the process would say the same, but for them the platform ends
 * the worker that it keeps warm, and starts another.
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
  let factor = 2;
  const bound = () => {
    // Not once for ever: V8 makes the young generation small when little is done, and then it has to grow again.
    const wanted = youngBytes() < mostYoungBytes ? 2 : 1;
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  };
  bound();
  new PerformanceObserver(bound).observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
