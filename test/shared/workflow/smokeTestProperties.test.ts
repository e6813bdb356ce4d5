import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../shared/domain/entries.ts';
import type { Fact, FactOf } from '../../../shared/domain/facts.ts';
import { requestTest } from '../../../shared/workflow/requestTest.ts';
import type { Guest, LaunchError } from '../../fakes/fakeSmokeTestVms.ts';
import { type Fault, faulty } from '../../fakes/faulty.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

type Restart = FactOf<'restartIntended'>['how'];
type Outcome = 'passed' | 'failed' | 'inconclusive';

interface Case {
  guest: keyof typeof guests;
  launchErrors: LaunchError[];
  restarts: Restart[];
  /** Undefined for the test of a new version; otherwise a test by hand, and how long its VM is to be kept, if at all. */
  byHand: { keepMinutes?: number } | undefined;
  crashes: [number, Fault][];
}

const panic = '[    0.0] Linux version 6.8\n[    1.1] Kernel panic - not syncing: Attempted to kill init!\n';
const guests = {
  healthy: {},
  failing: { exitStatus: 3 },
  failingAfterRestart: { afterRestart: { exitStatus: 3 } },
  cut: { answer: (own) => own.slice(0, -20) },
  headless: { answer: (own) => own.slice(20) },
  foreign: { answer: (own) => own.replaceAll(/(imprimatur-(?:begin|end)) \S+/g, '$1 0123456789abcdef') },
  doubled: { answer: (own) => own + own },
  mute: { answer: '' },
  silent: { answerNever: true },
  neverReady: { agentNever: true },
  panicking: { serialLog: panic },
  neverBack: { afterRestart: { neverBack: true } },
  sameBoot: { afterRestart: { sameBoot: true } },
} satisfies Record<string, Guest>;

/** None of them is the image's fault. */
const cloudErrors: LaunchError[] = [
  { code: 'AllocationFailed' },
  { code: 'AllocationFailed', sync: true },
  { code: 'SkuNotAvailable', sync: true },
  { code: 'QuotaExceeded', sync: true },
  { code: 'QuotaExceeded' },
  { code: 'OperationNotAllowed', message: 'exceeding approved Total Regional Cores quota', sync: true },
  { code: 'TooManyRequests', sync: true, retryable: true },
  { code: 'TooManyRequests', sync: true },
  { code: 'ServiceUnavailable', sync: true, retryable: true },
  { code: 'InternalExecutionError' },
  { code: 'RequestDisallowedByPolicy', sync: true },
];
const suspect: LaunchError = { code: 'OSProvisioningTimedOut' };

const cases: fc.Arbitrary<Case> = fc.record({
  guest: fc.constantFrom(...(Object.keys(guests) as (keyof typeof guests)[])),
  launchErrors: fc.array(fc.constantFrom(...cloudErrors, suspect), { maxLength: 3 }),
  restarts: fc.uniqueArray(fc.constantFrom<Restart>('guestReboot', 'platformRestart', 'stopStart'), { maxLength: 2 }),
  byHand: fc.option(fc.record({ keepMinutes: fc.integer({ min: 1, max: 90 }) }, { requiredKeys: [] }), {
    nil: undefined,
  }),
  crashes: fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 400 }),
      fc.constantFrom<Fault>('crashBefore', 'crashAfter', 'unavailable', 'unavailableAfter'),
    ),
    { maxLength: 5 },
  ),
});

/** What the guest deserves, whatever happens to the service and in the cloud; inconclusive is always allowed. */
function deserved({ guest, launchErrors, restarts }: Case): Outcome {
  if (launchErrors.filter((error) => error === suspect).length > 1) return 'failed';
  switch (guest) {
    case 'healthy':
      return 'passed';
    case 'failing':
    case 'neverReady':
    case 'panicking':
      return 'failed';
    case 'failingAfterRestart':
    case 'neverBack':
      return restarts.length > 0 ? 'failed' : 'passed';
    case 'sameBoot':
      if (restarts.length === 0) return 'passed';
      return restarts[0] === 'guestReboot' ? 'failed' : 'inconclusive';
    default:
      return 'inconclusive';
  }
}

async function runCase({ guest, launchErrors, restarts, byHand, crashes }: Case) {
  const world = new World();
  const early = noteEarlyDeletions(world);
  world.policyFile.text = `${enforce}  restarts: [${restarts.join(', ')}]\n`;
  world.guests.any = { ...guests[guest], launchErrors };
  if (byHand) world.settings.takeChargeAt = '2026-11-22T09:00:00.000Z';
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'any', excludeFromLatest: byHand === undefined });
  if (byHand) {
    await world.run();
    await requestTest(world.ports, { definition: ubuntu, version: '1.0.0' }, byHand, { actor: 'a', requestId: 'r' });
  }
  const faultsAt = new Map(crashes);
  faulty(world, (call) => faultsAt.get(call));
  // Each run ends when nothing is left to do, at the latest after three hours.
  for (let runs = 0; runs < 4 && (runs === 0 || world.openMarkers().length > 0); runs += 1) await world.run();
  return { world, early, log: testLog(world.allEntries()) };
}

/** The log of the one incarnation, or of the one test by hand. */
function testLog(entries: Entry[]): Entry[] {
  const first = entries.find(({ fact }) => fact.type === 'versionDetected' || fact.type === 'testBegan');
  return entries.filter(({ log }) => log === first?.log);
}

/** VMs that were told to go before their evidence was there, as Azure would see it. */
function noteEarlyDeletions(world: World): string[] {
  const early: string[] = [];
  const vms = world.smokeTestVms;
  const deleteVm = vms.delete.bind(vms);
  vms.delete = async (vmName) => {
    const isSaved = [...world.evidence.files].some(
      ([path, content]) => path.endsWith('/results.json') && content.includes(`"vmName": "${vmName}"`),
    );
    const isExpired = world.time.now() >= (vms.vms.get(vmName)?.request.expiresAt ?? '');
    if (vms.vms.has(vmName) && !isSaved && !isExpired) early.push(vmName);
    await deleteVm(vmName);
  };
  return early;
}

function positionsOf<T extends Fact['type']>(log: Entry[], type: T, attempt?: number) {
  return log.flatMap(({ fact, at }, position) =>
    fact.type === type && (attempt === undefined || ('attempt' in fact && fact.attempt === attempt))
      ? [{ fact: fact as FactOf<T>, at, position }]
      : [],
  );
}

/** A check that Azure answers, not the guest. */
const seenFromOutside = /^(?:agent ready|serial log is clean|provisioned|survives \w+)$/;
const evidence = ['results.json', 'junit.xml', 'vm.json', 'timeline.json'];

function expectEarned(world: World, log: Entry[], { restarts }: Case): void {
  for (const { fact: reached, position } of positionsOf(log, 'verdictReached')) {
    if (reached.verdict === 'inconclusive') continue;
    const before = log.slice(0, position);
    const finished = positionsOf(before, 'smokeTestFinished').at(-1);
    const attempt = finished?.fact.attempt ?? 0;
    expect(finished?.fact.verdict).toBe(reached.verdict);
    const [saved] = positionsOf(before, 'evidenceSaved', attempt);
    expect(saved?.position).toBeLessThan(finished?.position ?? 0);
    const names = saved?.fact.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
    expect(names).toEqual(expect.arrayContaining(evidence));
    for (const { path, sha256 } of saved?.fact.files ?? [])
      expect(
        createHash('sha256')
          .update(world.evidence.files.get(path) ?? '')
          .digest('hex'),
        path,
      ).toBe(sha256);

    const rounds = positionsOf(before, 'checksAnswered', attempt);
    const failing = finished?.fact.checks.filter(({ outcome }) => outcome === 'failed') ?? [];
    if (reached.verdict === 'passed') {
      expect(failing).toEqual([]);
      expect(names).toContain('serial.log');
      expect(new Set(rounds.map(({ fact }) => fact.bootId)).size).toBe(1 + restarts.length);
    } else {
      expect(failing).not.toEqual([]);
      if (!failing.some(({ check }) => seenFromOutside.test(check))) expect(rounds).not.toEqual([]);
    }
  }
}

/** As soon as the evidence is there, or when an operator's time is over; a crash costs a few minutes at most. */
function expectTidy(world: World, log: Entry[], { byHand }: Case): void {
  expect([...world.smokeTestVms.vms.keys()]).toEqual([]);
  expect(world.openMarkers()).toEqual([]);
  expect(world.brokenChains()).toEqual([]);
  const deleted = positionsOf(log, 'vmDeletionIntended');
  // Not left to the reaper.
  expect(deleted.map(({ fact }) => fact.attempt).sort()).toEqual(
    positionsOf(log, 'launchAccepted')
      .map(({ fact }) => fact.attempt)
      .sort(),
  );
  for (const { fact, at, position } of deleted) {
    const [saved] = positionsOf(log, 'evidenceSaved', fact.attempt);
    const [finished] = positionsOf(log, 'smokeTestFinished', fact.attempt);
    expect(saved?.position).toBeLessThan(position);
    expect(finished?.position).toBeLessThan(position);
    const isKept = finished?.fact.verdict !== 'passed';
    const keptMs = isKept ? (byHand?.keepMinutes ?? 0) * 60_000 : 0;
    const waitedMs = Date.parse(at) - Date.parse(finished?.at ?? '');
    expect(waitedMs).toBeGreaterThanOrEqual(keptMs);
    expect(waitedMs).toBeLessThanOrEqual(keptMs + 10 * 60_000);
  }
}

describe('whatever a guest does, a cloud refuses and a worker dies of', () => {
  it('a verdict rests on complete evidence, and the VM goes once that is saved', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const { world, early, log } = await runCase(one);

        expect(early).toEqual([]);
        expectTidy(world, log, one);
        expectEarned(world, log, one);
        const verdicts = positionsOf(log, 'verdictReached').map(({ fact }) => fact.verdict);
        expect(verdicts).toHaveLength(1);
        expect([deserved(one), 'inconclusive']).toEqual(expect.arrayContaining(verdicts));
        if (one.launchErrors.length === 0) expect(verdicts).toEqual([deserved(one)]);
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});
