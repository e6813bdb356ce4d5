import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { BenchOptions } from './benchOptions.ts';
import type { Group } from './groups.ts';
import { metricSchema, notMeasuredSchema } from './metric.ts';
import type { Outcome } from './runAll.ts';

const outcome = z.strictObject({ metrics: z.array(metricSchema), notMeasured: z.array(notMeasuredSchema) });

/**
 * Measures a group in a process group of its own, so that nothing of it outlives the limit, nor an interrupt of ours.
 * Rejects when the group fails or is not done in time.
 */
export async function runInProcess(
  { name, limitMinutes }: Pick<Group, 'name' | 'limitMinutes'>,
  { burst }: BenchOptions,
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'runGroup.ts'), name, String(burst)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let isLate = false;
  const end = () => {
    if (child.pid !== undefined) endGroup(child.pid);
  };
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, limitMinutes * 60_000);
  const interrupt = () => {
    end();
    process.exit(130);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (isLate) throw new Error(`not done in ${limitMinutes} minutes`);
    if (code !== 0) throw new Error(`ended with ${code ?? 'a signal'}; its last words are above`);
    return outcome.parse(JSON.parse(printed));
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    end();
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left of it.
  }
}
