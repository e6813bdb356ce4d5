import { foldDefinition } from '../domain/definitionState.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { foldIncarnation } from '../domain/incarnationState.ts';
import { type AskedTest, type LaunchLimits, type LaunchWait, launchLimits, waitOf } from '../domain/launchWait.ts';
import { policyFor } from '../domain/policyFile.ts';
import type { Ports } from '../ports.ts';
import { lastGoodPolicy } from '../workflow/currentPolicy.ts';
import { definitionLog, incarnationLog } from '../workflow/log.ts';
import { readInstance } from '../workflow/readInstance.ts';
import { lookAtSpending } from '../workflow/spending.ts';
import { readAll, readIncarnations } from './queries.ts';
import { explainVersion, type VersionExplanation } from './versionExplanation.ts';

type Reading = Pick<Ports, 'auditLogs' | 'documents' | 'clock'>;

interface Surrounded {
  limits: LaunchLimits;
  /** By the name of its log, each test by hand that is not over. */
  tests: Map<string, AskedTest & { version: string }>;
}

/** Every incarnation of a version, in the order of their detection. */
export async function explainIncarnations(
  ports: Reading,
  definition: ImageDefinitionId,
  version: string,
): Promise<VersionExplanation[]> {
  const surrounded = await lookAround(ports, definition);
  const logs = await readIncarnations(ports, definitionKey(definition), version);
  const retestWaits = await waitOfRetest(ports, surrounded, version);
  const around = { limits: surrounded.limits, now: ports.clock.now() };
  return logs.flatMap((entries, index) => {
    const isLast = index === logs.length - 1;
    return explainVersion(entries, { ...around, ...(isLast && retestWaits && { retestWaits }) }) ?? [];
  });
}

/** Undefined where the test has not begun. */
export async function explainTest(
  ports: Reading,
  definition: ImageDefinitionId,
  test: string,
): Promise<VersionExplanation | undefined> {
  const log = incarnationLog(definitionKey(definition), test);
  const { limits, tests } = await lookAround(ports, definition);
  const asked = tests.get(log);
  const around = { limits, now: ports.clock.now(), ...(asked && { asked }) };
  return explainVersion((await ports.auditLogs.read(log)).entries, around);
}

/** What holds for the image definition, as a step would see it now. */
async function lookAround(ports: Reading, definition: ImageDefinitionId): Promise<Surrounded> {
  const key = definitionKey(definition);
  const [entries = []] = await readAll(ports.auditLogs, definitionLog(key));
  const state = foldDefinition(entries);
  const { policy } = policyFor(await lastGoodPolicy(ports), definition);
  const spending = await lookAtSpending(ports, policy, ports.clock.now());
  const open = Object.entries(state.open);
  return {
    limits: launchLimits(await readInstance(ports), state, spending),
    tests: new Map(open.flatMap(([name, { test }]) => (test ? [[incarnationLog(key, name), test]] : []))),
  };
}

/** A retest, or the test of a version to be taken in, has a log of its own: what it waits for, its version waits for. */
async function waitOfRetest(
  { auditLogs }: Reading,
  { limits, tests }: Surrounded,
  version: string,
): Promise<LaunchWait | undefined> {
  for (const [log, test] of tests) {
    if (test.version !== version || !test.counts) continue;
    const [entries = []] = await readAll(auditLogs, log);
    const state = foldIncarnation(entries);
    const waits = state && waitOf(state, limits, test);
    if (waits) return waits;
  }
  return undefined;
}
