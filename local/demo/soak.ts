import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Version } from '../stack/apiClient.ts';

const policy = z.object({ release: z.object({ rings: z.tuple([z.object({ soakHours: z.number() })], z.unknown()) }) });

/**
 * For how long the first ring stood before the second was published, by the audit trail, beside what the policy file asks
 * for; throws where the second came too early.
 *
 * @param speed how many times as fast as real time the clocks of the audit trail run.
 */
export async function describeSoak({ entries }: Version, policyFile: string, speed: number): Promise<string> {
  const [first] = policy.parse(parse(await readFile(policyFile, 'utf8'))).release.rings;
  const askedS = first.soakHours * 3_600;
  // What has to soak stands when it is read back; the next ring begins with the intent.
  const standsAt = entries.findIndex(({ type }) => type === 'regionsPublished');
  const [stands, next] = [entries[standsAt], entries.slice(standsAt).find(({ type }) => type === 'publishIntended')];
  if (!stands || !next) throw new Error('it was not published ring by ring');
  const soakedS = (Date.parse(next.at) - Date.parse(stands.at)) / 1_000;
  if (soakedS < askedS) throw new Error(`the second ring came after ${soakedS} s, and the soak is ${askedS} s`);
  const real = (soakedS / speed).toFixed(0);
  return `the first ring soaked for ${soakedS.toFixed(0)} s, which are ${real} s here; the policy asks for ${askedS.toFixed(0)} s`;
}
