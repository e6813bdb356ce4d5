import { z } from 'zod';
import { defaultPolicy, type PolicyRevision, parsePolicy } from '../domain/policy.ts';
import type { Ports } from '../ports.ts';

const lastGood = z.object({ text: z.string() });
const name = 'policy/lastGood';

/**
 * The policy in force: the file, or the last one that was valid where the file has a mistake, or the default where
 * there never was one. A mistake stops nothing and publishes nothing that the last good policy would not.
 */
export async function currentPolicy(ports: Pick<Ports, 'policyFile' | 'documents' | 'log'>): Promise<PolicyRevision> {
  const text = await ports.policyFile.read();
  if (text === undefined) return defaultPolicy;
  const kept = await ports.documents.read(name);
  const keptText = kept && lastGood.parse(kept.value).text;
  const parsed = parsePolicy(text);
  if (parsed.kind === 'policy') {
    if (keptText !== text) await ports.documents.write(name, { text }, kept?.etag);
    return parsed.revision;
  }
  const inForce = keptText === undefined ? undefined : parsePolicy(keptText);
  const revision = inForce?.kind === 'policy' ? inForce.revision : defaultPolicy;
  ports.log.error(`the policy file has mistakes; policy ${revision.hash} stays in force until it is corrected`, {
    problems: parsed.problems,
  });
  return revision;
}
