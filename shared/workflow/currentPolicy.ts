import * as z from 'zod';
import { shortHash } from '../domain/ids.ts';
import { lastPolicyFact, type PolicyFact } from '../domain/instanceLog.ts';
import { describeProblem } from '../domain/parseYaml.ts';
import { type ParsedPolicy, parsePolicy, type RuledPolicy, withoutFile } from '../domain/policyFile.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { markInstance, settleInstance } from './instanceOutbox.ts';
import { appendFacts, LogConflict } from './log.ts';
import { loadReadable } from './readInstance.ts';

type PolicyPorts = Pick<
  Ports,
  'clock' | 'ids' | 'log' | 'auditLogs' | 'documents' | 'announcements' | 'auditIndex' | 'policyFile'
>;

/** `told` is the content that was audited and announced last. */
const lastGood = z.object({ text: z.string().exactOptional(), told: z.string().exactOptional() });
const name = 'policy/lastGood';

/** The file is read in every step and seldom changes: its text is parsed once. */
const knownTexts = new Map<string, { parsed: ParsedPolicy; content: string }>();
const mostKnownTexts = 64;

function parseOnce(text: string): { parsed: ParsedPolicy; content: string } {
  const known = knownTexts.get(text);
  if (known) return known;
  if (knownTexts.size >= mostKnownTexts) knownTexts.clear();
  const made = { parsed: parsePolicy(text), content: shortHash(16, text) };
  knownTexts.set(text, made);
  return made;
}

/** A policy file as it was found. */
type Found = { content: string } & (
  | { kind: 'good'; text: string; policy: RuledPolicy }
  | { kind: 'bad'; problems: string[] }
);

/**
 * The policy in force: the file, or the last one that was valid where the file has a mistake or is gone, or the default
 * where there never was one. A mistake stops nothing and publishes nothing that the last good policy would not; a file
 * that gets lost does not turn the service off while new versions go on being visible. Each content is audited once,
 * and alarmed and announced when it is refused. `told`: the file's content, where it is good and was found to be told.
 */
export async function currentPolicy(ports: PolicyPorts): Promise<{ policy: RuledPolicy; told?: string }> {
  const [found, document] = await Promise.all([readPolicyFile(ports.policyFile), ports.documents.read(name)]);
  if (found === undefined && document === undefined) return { policy: withoutFile };
  const file: Found = found ?? { kind: 'bad', content: 'gone', problems: ['the policy file is gone'] };
  const kept = lastGood.safeParse(document?.value).data;
  if (document && kept === undefined) ports.log.error(`document ${name} is damaged and is not used`);
  if (kept?.told !== file.content) {
    const told = (await tell(ports, file)) ? file.content : kept?.told;
    const text = file.kind === 'good' ? file.text : kept?.text;
    const isNew = told !== kept?.told || text !== kept?.text;
    const value = { ...(told !== undefined && { told }), ...(text !== undefined && { text }) };
    const isRefused = isNew && (await ports.documents.write(name, value, document?.etag)) === 'conflict';
    // Another step told of a file at the same time; where this one is bad, what is in force is what that one has kept.
    if (isRefused && file.kind === 'bad') return currentPolicy(ports);
  }
  if (file.kind === 'good') return { policy: file.policy, ...(kept?.told === file.content && { told: file.content }) };
  const inForce = kept?.text === undefined ? undefined : parseOnce(kept.text).parsed;
  return { policy: inForce?.kind === 'policy' ? inForce.policy : withoutFile };
}

/** The policy of the last step, read only: nothing is audited or announced. */
export async function lastGoodPolicy({ documents }: Pick<Ports, 'documents'>): Promise<RuledPolicy> {
  const { text } = lastGood.safeParse((await documents.read(name))?.value).data ?? {};
  const parsed = text === undefined ? undefined : parseOnce(text).parsed;
  return parsed?.kind === 'policy' ? parsed.policy : withoutFile;
}

/** A file that is too large to be read is a mistake like any other. */
export async function readPolicyFile(policyFile: Ports['policyFile']): Promise<Found | undefined> {
  try {
    const text = await policyFile.read();
    if (text === undefined) return undefined;
    const { parsed, content } = parseOnce(text);
    return parsed.kind === 'policy'
      ? { kind: 'good', content, text, policy: parsed.policy }
      : { kind: 'bad', content, problems: parsed.problems.map(describeProblem) };
  } catch (error) {
    if (!(error instanceof AdapterError) || error.code !== 'PolicyTooLarge') throw error;
    return { kind: 'bad', content: shortHash(16, error.message), problems: [error.message] };
  }
}

/**
 * Entry first, then what follows from it: what a crash in between leaves untold, the next settling tells under the same ids,
 * also where another file has taken the place of this one by then. A log that cannot be read keeps no new version from being
 * held: false then, and it is told when the log is mended.
 */
async function tell(ports: PolicyPorts, file: Found): Promise<boolean> {
  const log = await loadReadable(ports, 'a change of the policy is in force, and is not audited until it can be read');
  if (!log) return false;
  const before = lastPolicyFact(log.entries);
  if (before?.content !== file.content) {
    const fact = factOf(file, before);
    if (fact.type === 'policyRefused') alarm(ports, file, fact.problems);
    await markInstance(ports, log);
    try {
      await appendFacts(ports, log, [fact], { cause: 'policy file', at: ports.clock.now() });
    } catch (error) {
      if (error instanceof LogConflict) return tell(ports, file);
      throw error;
    }
  }
  await settleInstance(ports);
  return true;
}

function factOf(file: Found, before: PolicyFact | undefined): PolicyFact {
  const { content } = file;
  return file.kind === 'good'
    ? { type: 'policyAccepted', content, repaired: before?.type === 'policyRefused' }
    : { type: 'policyRefused', content, problems: file.problems.slice(0, 50) };
}

function alarm({ log }: PolicyPorts, { content }: Found, problems: string[]): void {
  const what = content === 'gone' ? 'is gone' : 'has mistakes';
  log.error(`the policy file ${what}; the last good one stays in force until it is mended`, { problems });
}
