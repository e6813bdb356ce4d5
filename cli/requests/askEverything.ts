import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { printJson } from '../printTable.ts';
import { style } from '../style.ts';

const instance = z.object({
  paused: z.object({ reason: z.string(), by: z.string(), since: z.string() }).exactOptional(),
  breaker: z.object({ reason: z.string(), since: z.string() }).exactOptional(),
  budget: z.looseObject({ state: z.string(), reason: z.string(), until: z.string().exactOptional() }).exactOptional(),
});
export type Instance = z.infer<typeof instance>;
const done = z.object({ reason: z.string() });
const images = z.object({ images: z.array(z.object({ id: z.string(), open: z.array(z.string()) })) });

export interface EverythingOptions {
  reason: string;
  plan?: boolean;
  json?: boolean;
}

/** `imprimatur pause --all` and `resume --all`; the plan says whom it concerns. */
export async function askEverything(
  api: ApiClient,
  kind: 'pause' | 'resume',
  { reason, plan, json }: EverythingOptions,
): Promise<void> {
  if (plan) return showPlan(api, json === true);
  const result = await api.send('POST', 'instance/requests', done, { kind, reason });
  if (json) printJson(result);
  else console.log(`${style('green', 'accepted')}: ${result.reason}`);
}

async function showPlan(api: ApiClient, json: boolean): Promise<void> {
  const state = await readInstance(api);
  const open = (await api.get('images', images)).images.filter((each) => each.open.length > 0);
  if (json) return printJson({ ...state, images: open });
  const lines = describeInstance(state);
  for (const line of lines.length > 0 ? lines : ['Nothing is paused as a whole.']) console.log(line);
  console.log(`${open.length} image definitions have work left:`);
  for (const { id, open: versions } of open) console.log(`  ${id}: ${versions.join(', ')}`);
}

export function readInstance(api: ApiClient): Promise<Instance> {
  return api.get('instance', instance);
}

/** What holds for everything, one line each. */
export function describeInstance({ paused, breaker, budget }: Instance): string[] {
  return [
    ...(paused ? [`Everything is paused since ${paused.since} by ${paused.by}: ${paused.reason}`] : []),
    ...(breaker ? [`No smoke test begins since ${breaker.since}: ${breaker.reason}`] : []),
    ...(budget ? describeBudget(budget) : []),
  ];
}

function describeBudget({ state, reason, until }: NonNullable<Instance['budget']>): string[] {
  if (state === 'within') return [];
  if (state === 'near') return [`The budget is nearly spent: ${reason}`];
  const end = until === undefined ? 'until it is mended' : `before ${until}`;
  return [`No smoke test begins ${end}, save of expedited versions and by hand: ${reason}`];
}
