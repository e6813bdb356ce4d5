import type { Endpoints } from './endpoints.ts';
import { hostKeys } from './names.ts';

/** Runs the sweep at once, as anybody with the master key of the Functions app can; resolves when it is begun. */
export async function sweepNow({ functions }: Endpoints): Promise<void> {
  const response = await fetch(`${functions}/admin/functions/sweep`, {
    method: 'POST',
    headers: { 'x-functions-key': hostKeys.master, 'content-type': 'application/json' },
    body: '{}',
  });
  if (response.status !== 202) throw new Error(`the sweep was not begun: ${response.status}`);
}
