import { lastPolicyEntry } from '../domain/instanceLog.ts';
import type { InstanceState } from '../domain/instanceState.ts';
import type { RuledPolicy } from '../domain/policyFile.ts';
import type { Ports } from '../ports.ts';
import { currentPolicy, readPolicyFile } from './currentPolicy.ts';
import { instanceOf, loadInstance } from './readInstance.ts';

/** By where it is kept: the last entry about the policy file, and what the file was, where the document says the same. */
const known = new WeakMap<Ports['documents'], { entry: string; content: string }>();

/**
 * The policy in force, and what holds for every image definition, at least as new. The document of the last good policy is
 * read until it is seen to agree with file and log: it is changed only after another entry.
 */
export async function readRules(ports: Ports): Promise<{ ruled: RuledPolicy; instance: InstanceState }> {
  const before = known.get(ports.documents);
  if (before) {
    const [file, log] = await Promise.all([readPolicyFile(ports.policyFile), loadInstance(ports)]);
    const isSame = file?.content === before.content && log && lastPolicyEntry(log.entries)?.id === before.entry;
    if (isSame && file.kind === 'good') return { ruled: file.policy, instance: instanceOf(ports, log) };
  }
  const { policy, told } = await currentPolicy(ports);
  const log = await loadInstance(ports);
  const last = log && lastPolicyEntry(log.entries);
  if (told !== undefined && last?.fact.content === told) known.set(ports.documents, { entry: last.id, content: told });
  else known.delete(ports.documents);
  return { ruled: policy, instance: instanceOf(ports, log) };
}
