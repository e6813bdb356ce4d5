import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { CommandError, exitCodes } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { style } from '../style.ts';
import { timeoutOf, type WaitOptions } from './waitFor.ts';

const accepted = z.object({ request: z.string(), location: z.string() });
const shown = z.object({
  outcome: z.enum(['open', 'accepted', 'refused']),
  reason: z.string(),
  effect: z.object({ state: z.enum(['underWay', 'done', 'failed']), reason: z.string() }).optional(),
});
type Shown = z.infer<typeof shown>;

const pollMs = 500;
const longestDecisionMs = 60_000;

/**
 * Makes a request, and prints what the service decides on it, or with `wait` what came of it; a refusal ends the command.
 * Exit codes: 1 where it does not take effect any more, 5 where it has not when the time is over.
 */
export async function submit(
  api: ApiClient,
  path: string,
  body: unknown,
  options: { json?: boolean } & WaitOptions,
): Promise<void> {
  const { wait = false, timeout = '1h' } = options;
  const timeoutMs = wait ? timeoutOf(timeout) : longestDecisionMs;
  const { location } = await api.send('POST', path, accepted, body);
  const found = await follow(api, location.replace(/^\/api\//, ''), timeoutMs, wait);
  if (found.outcome === 'refused') throw new CommandError(`refused: ${found.reason}`, exitCodes.refused);
  if (options.json) printJson({ ...found, location });
  else console.log(`${style('green', found.outcome)}: ${found.reason}`);
  if (!wait) return;
  const { state, reason } = found.effect ?? { state: 'underWay', reason: found.reason };
  if (!options.json) console.log(`${style(state === 'done' ? 'green' : 'red', says[state])}: ${reason}`);
  process.exitCode = { done: exitCodes.ok, failed: exitCodes.failed, underWay: exitCodes.underWay }[state];
}

const says = { done: 'done', failed: 'failed', underWay: 'still under way' };

/** Until it is decided, or with `wait` until it is done or failed, or the time is over. */
async function follow(api: ApiClient, path: string, timeoutMs: number, wait: boolean): Promise<Shown> {
  const endMs = Date.now() + timeoutMs;
  let told = '';
  for (;;) {
    const found = await api.get(path, shown);
    const { outcome, effect } = found;
    const isOver = wait ? outcome === 'refused' || (effect && effect.state !== 'underWay') : outcome !== 'open';
    if (isOver || Date.now() >= endMs) return found;
    const progress = effect?.reason ?? found.reason;
    if (wait && progress !== told) console.error(progress);
    told = progress;
    await new Promise((resolve) => setTimeout(resolve, outcome === 'open' ? pollMs : 4 * pollMs));
  }
}
