import { describe, expect, it } from 'vitest';
import { type Entry, emptyHead, entry, firstBroken, headOf, sealEntries } from '../../../shared/domain/entries.ts';
import type { Fact } from '../../../shared/domain/facts.ts';
import { fc } from '../../fastCheck.ts';

const by = { actor: 'service', cause: 'event 1', appendId: 'a', at: '2026-11-22T08:00:00.000Z' };
const facts: Fact[] = [
  { type: 'holdIntended', plan: { excludeFromLatest: true, regions: { westeurope: true } } },
  { type: 'galleryWriteAccepted' },
  { type: 'held', how: 'written', exposedSeconds: 3 },
];
const sealed = () => sealEntries('l', emptyHead, facts, by);
const stored = (entries: Entry[]): Entry[] => entries.map((each) => entry.parse(JSON.parse(JSON.stringify(each))));

describe('the hash chain of a log', () => {
  it('is intact after a way through JSON, whatever the text holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reason) => {
        const entries = sealEntries('l', emptyHead, [...facts, { type: 'quarantined', reason }], by);
        expect(firstBroken(stored(entries))).toBeUndefined();
      }),
    );
  });

  it('has the same hashes as ever in schema 2', () => {
    expect(sealed().map(({ hash }) => hash.slice(0, 12))).toEqual(['d78fc3086459', '4071a5403504', '9e6c7ca645d6']);
  });

  it.each([
    [
      'a changed fact',
      (all: Entry[]) => all.map((e) => (e.sequence === 3 ? { ...e, fact: { type: 'observed' as const } } : e)),
      3,
    ],
    ['a removed entry', (all: Entry[]) => all.filter(({ sequence }) => sequence !== 2), 3],
    ['a removed first entry', (all: Entry[]) => all.slice(1), 2],
    ['exchanged entries', (all: Entry[]) => [all[1], all[0], all[2]] as Entry[], 2],
    ['a doubled entry', (all: Entry[]) => [...all, ...all.slice(-1)], 3],
    [
      'another time',
      (all: Entry[]) => all.map((e) => (e.sequence === 1 ? { ...e, at: '2026-11-22T08:00:01.000Z' } : e)),
      1,
    ],
    ['another log', (all: Entry[]) => all.map((e) => ({ ...e, log: 'm' })), 1],
  ])('is broken by %s', (_, tamper, sequence) => {
    expect(firstBroken(tamper(sealed()))).toBe(sequence);
  });

  it('continues behind its head, and its time never goes back', () => {
    const first = sealed();
    const next = sealEntries('l', headOf(first.at(-1)), facts, { ...by, at: '2026-11-22T07:00:00.000Z' });
    expect(next.map(({ sequence, at }) => [sequence, at])).toEqual([
      [4, '2026-11-22T08:00:00.000Z'],
      [5, '2026-11-22T08:00:00.000Z'],
      [6, '2026-11-22T08:00:00.000Z'],
    ]);
    expect(firstBroken([...first, ...next])).toBeUndefined();
  });

  it('gives every entry an id that no other log has', () => {
    const ids = ['l', 'm'].flatMap((log) => sealEntries(log, emptyHead, facts, by).map(({ id }) => id));
    expect(new Set(ids).size).toBe(6);
  });
});

describe('stored entries', () => {
  it('are read as they were written: no default of a later policy gets into them', () => {
    const [first] = sealed();
    const smokeTest = {
      vmSizes: ['a'],
      maxAttempts: 3,
      agentTimeoutMinutes: 15,
      command: { web: { exec: 'true', 'exit-status': 0, timeout: 1 } },
    };
    const written = {
      type: 'versionDetected',
      imageVersionId: 'i',
      version: '1.0.0',
      identity: {},
      mode: 'enforce',
      policyHash: 'h',
      smokeTest,
      testPlan: [],
      visible: false,
    };
    // From before a plan knew the image definition.
    const configuration = { region: 'westeurope', vmSize: 'Standard_D2s_v5', why: 'first' };
    const launch = { type: 'launchIntended', attempt: 1, vmName: 'vm', expiresAt: by.at, ...configuration };
    for (const fact of [{ ...written, testPlan: [configuration] }, launch])
      expect(entry.parse({ ...first, fact }).fact).toEqual(fact);
    const { vmSizes: _, ...older } = smokeTest;
    expect(entry.parse({ ...first, fact: written }).fact).toEqual(written);
    expect(entry.safeParse({ ...first, fact: { ...written, smokeTest: older } }).success).toBe(false);
  });
});
