import { z } from 'zod';
import { defaultPolicy, type ParsedPolicy, type PolicyRevision, parsePolicy } from '../domain/policy.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';

const lastGood = z.object({ text: z.string() });
const name = 'policy/lastGood';

/**
 * The policy in force: the file, or the last one that was valid where the file has a mistake or is gone, or the default
 * where there never was one. A mistake stops nothing and publishes nothing that the last good policy would not; a file
 * that gets lost does not turn the service off while new versions go on being visible.
 */
export async function currentPolicy(ports: Pick<Ports, 'policyFile' | 'documents' | 'log'>): Promise<PolicyRevision> {
  const file = await readFile(ports.policyFile);
  const kept = await ports.documents.read(name);
  if (file === undefined && kept === undefined) return defaultPolicy;
  const keptText = lastGood.safeParse(kept?.value).data?.text;
  if (file?.parsed.kind === 'policy') {
    if (keptText !== file.text) await ports.documents.write(name, { text: file.text }, kept?.etag);
    return file.parsed.revision;
  }
  if (kept && keptText === undefined) ports.log.error(`document ${name} is damaged and is not used`);
  const inForce = keptText === undefined ? undefined : parsePolicy(keptText);
  const revision = inForce?.kind === 'policy' ? inForce.revision : defaultPolicy;
  const what = file === undefined ? 'is gone' : 'has mistakes';
  ports.log.error(`the policy file ${what}; policy ${revision.hash} stays in force until there is a good one`, {
    problems: file?.parsed.problems ?? [],
  });
  return revision;
}

/** A file that is too large to be read is a mistake like any other. */
async function readFile(policyFile: Ports['policyFile']): Promise<{ text: string; parsed: ParsedPolicy } | undefined> {
  try {
    const text = await policyFile.read();
    return text === undefined ? undefined : { text, parsed: parsePolicy(text) };
  } catch (error) {
    if (!(error instanceof AdapterError) || error.code !== 'PolicyTooLarge') throw error;
    return { text: '', parsed: { kind: 'invalid', problems: [error.message] } };
  }
}
