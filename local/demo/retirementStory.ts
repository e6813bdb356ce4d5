import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { writePolicy } from '../stack/deploy.ts';
import type { Endpoints } from '../stack/endpoints.ts';
import { sweepNow } from '../stack/sweepNow.ts';
import type { Narrator } from './narrator.ts';

const lookEveryMs = 1_000;
const limitMs = 120_000;

/**
 * What became of a version whose place another has taken: an end of life, out of latest, a preview of its deletion, and
 * the deletion when the policy file says so.
 */
export async function playRetirement(
  endpoints: Endpoints,
  narrator: Narrator,
  {
    policyFile,
    old,
    tell,
  }: { policyFile: string; old: { superseded: string; rolledBack: string }; tell: (line: string) => void },
): Promise<void> {
  const { superseded, rolledBack } = old;
  await until('a newer version has its place: it gets an end of life', superseded, 'endOfLifeSet');
  await until('its end of life has come: it is out of latest', superseded, 'retired');
  await until('retention is a preview: nothing is deleted', superseded, 'wouldBeDeleted');
  await until('nor is what was rolled back', rolledBack, 'wouldBeDeleted');
  const preview = await readFile(policyFile, 'utf8');
  tell('the owner of the policy writes "enforce" into its retention');
  await writePolicy(endpoints, preview.replace('mode: preview', 'mode: enforce'));
  await until('it is deleted, and its audit trail stays', superseded, 'versionDeleted');
  await until('so is what was rolled back', rolledBack, 'versionDeleted');

  /** The sweep finds what time alone brings; here it does not wait for its five minutes. */
  async function until(told: string, version: string, type: string): Promise<void> {
    const limit = performance.now() + limitMs;
    for (;;) {
      const found = (await narrator.look()).find(({ id }) => id === version);
      if (found?.entries.some((entry) => entry.type === type)) return tell(told);
      if (performance.now() > limit) throw new Error(`not as told: ${told}, but ${version} is ${found?.outcome}`);
      await sweepNow(endpoints);
      await wait(lookEveryMs);
    }
  }
}
