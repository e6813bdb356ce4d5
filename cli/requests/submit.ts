import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { CommandError, exitCodes } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { style } from '../style.ts';

const accepted = z.object({ request: z.string(), location: z.string() });
const shown = z.object({ outcome: z.enum(['open', 'accepted', 'refused']), reason: z.string() });
const pollMs = 500;
const longestWaitMs = 60_000;

/** Makes a request, and prints what the service decides on it; a refusal ends the command. */
export async function submit(api: ApiClient, path: string, body: unknown, options: { json?: boolean }): Promise<void> {
  const { location } = await api.send('POST', path, accepted, body);
  const endMs = Date.now() + longestWaitMs;
  for (;;) {
    const found = await api.get(location.replace(/^\/api\//, ''), shown);
    if (found.outcome === 'open' && Date.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      continue;
    }
    if (found.outcome === 'refused') throw new CommandError(`refused: ${found.reason}`, exitCodes.refused);
    if (options.json) printJson({ ...found, location });
    else console.log(`${style('green', found.outcome)}: ${found.reason}`);
    return;
  }
}
