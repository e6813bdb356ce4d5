import type { Stack } from '../../local/stack/startStack.ts';

/** Sets a fault in local ARM; see the schema beside the routes. */
export async function addFault(
  { endpoints }: Pick<Stack, 'endpoints'>,
  match: object,
  effect: object,
  count: number | 'always' = 'always',
  every = 1,
): Promise<void> {
  const body = JSON.stringify({ match, effect, count, every });
  const response = await fetch(`${endpoints.arm}/local/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`fault refused: ${response.status} ${await response.text()}`);
}

export async function clearFaults({ endpoints }: Pick<Stack, 'endpoints'>): Promise<void> {
  const response = await fetch(`${endpoints.arm}/local/faults`, { method: 'DELETE' });
  if (!response.ok) throw new Error(`faults stay: ${response.status}`);
}
