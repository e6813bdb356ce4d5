import * as z from 'zod';
import type { CheckFileReference, SmokeTest } from '../domain/facts.ts';
import { shortHash } from '../domain/ids.ts';
import type { Ports } from '../ports.ts';
import { parseCheckFile } from '../smokeTest/checkFile/parseCheckFile.ts';
import { type CheckSet, checkSetOf } from '../smokeTest/checkSet.ts';
import { readDocument } from './readDocument.ts';

const kept = z.object({ name: z.string(), sources: z.record(z.string(), z.string()) });

/**
 * Fixes the check file of a version at first sight: all its text is kept under its hash, so that a later edit changes
 * no run that has begun, and the same questions can be asked again for years. Undefined where the policy names none.
 */
export async function keepCheckFile(
  ports: Pick<Ports, 'checkFiles' | 'documents'>,
  name: string | undefined,
): Promise<CheckFileReference | undefined> {
  if (name === undefined) return undefined;
  const parsed = parseCheckFile(name, await ports.checkFiles.read());
  if (parsed.kind === 'invalid') {
    const [first, ...more] = parsed.problems;
    const others = more.length > 0 ? ` (and ${more.length} more problems)` : '';
    return { name, problem: first ? `${first.file}:${first.line}: ${first.message}${others}` : `${name}: no checks` };
  }
  const { sources } = parsed;
  const hash = shortHash(32, name, ...Object.entries(sources).sort().flat());
  // A conflict means that it is kept already: under a hash nothing else can lie.
  await ports.documents.write(documentOf(hash), { name, sources }, undefined);
  return { name, hash };
}

/** All that a guest is asked under a policy and a check file as they were at first sight. */
export async function loadCheckSet(
  ports: Pick<Ports, 'documents'>,
  smokeTest: SmokeTest,
  osType: 'Linux' | 'Windows',
  checkFile: CheckFileReference | undefined,
): Promise<CheckSet> {
  if (checkFile === undefined) return askedOnce(smokeTest, osType);
  if ('problem' in checkFile) return { kind: 'invalid', problem: checkFile.problem };
  const found = await readDocument(ports.documents, documentOf(checkFile.hash), kept);
  if (!found)
    return { kind: 'invalid', problem: `check file ${checkFile.name} (${checkFile.hash}) is not kept any more` };
  const parsed = parseCheckFile(found.value.name, new Map(Object.entries(found.value.sources)));
  if (parsed.kind === 'invalid')
    return { kind: 'invalid', problem: `check file ${checkFile.name} cannot be read any more` };
  // A file that is named has to come to some result.
  if (parsed.file.checks.every(({ skip }) => skip))
    return { kind: 'invalid', problem: `every check of ${checkFile.name} is skipped` };
  return checkSetOf(smokeTest, osType, parsed.file);
}

const withoutFile = { Linux: new WeakMap<SmokeTest, CheckSet>(), Windows: new WeakMap<SmokeTest, CheckSet>() };

/** What a log asks without a check file never changes, and every look wants it. */
function askedOnce(smokeTest: SmokeTest, osType: 'Linux' | 'Windows'): CheckSet {
  const known = withoutFile[osType].get(smokeTest) ?? checkSetOf(smokeTest, osType);
  withoutFile[osType].set(smokeTest, known);
  return known;
}

function documentOf(hash: string): string {
  return `checkFiles/${hash}`;
}
