import { describe, expect, it } from 'vitest';
import { type Budget, spendingOf } from '../../../shared/domain/budget.ts';
import type { Fact } from '../../../shared/domain/facts.ts';
import { addMs } from '../../../shared/domain/instant.ts';
import { livedMs, livesIn, noLives, type VmLife, type VmLives, withLives } from '../../../shared/domain/vmLives.ts';
import { fc } from '../../fastCheck.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const november = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' };
const life = (id: string, from: string, minutes?: number): VmLife => ({
  id,
  from,
  expiresAt: addMs(from, 120 * minute),
  ...(minutes !== undefined && { to: addMs(from, minutes * minute) }),
});
const minutesOf = (lives: VmLives, period: { from: string; to: string }, now: string) =>
  livedMs(lives, period, now) / minute;

describe('how long VMs lived', () => {
  it('is counted from the intent of a launch to the entry that says that the VM is gone', () => {
    const launch = (attempt: number) => ({
      type: 'launchIntended' as const,
      attempt,
      vmName: `vm-${attempt}`,
      region: 'westeurope',
      vmSize: 'Standard_D2s_v5',
      why: 'first',
      expiresAt: '2026-11-22T10:00:00.000Z',
    });
    const facts: Fact[] = [
      launch(1),
      { type: 'quotaReached', attempt: 1, region: 'westeurope', code: 'QuotaExceeded', reason: 'none left' },
      launch(1),
      { type: 'launchAccepted', attempt: 1 },
      launch(2),
      { type: 'vmGone', attempt: 1, vmName: 'vm-1' },
    ];
    const entries = facts.map((fact, index) => ({
      id: `entry-${index + 1}`,
      at: addMs('2026-11-22T08:00:00.000Z', index * minute),
      sequence: index + 1,
      fact,
    }));
    const expiresAt = '2026-11-22T10:00:00.000Z';

    expect(livesIn(entries, 0)).toEqual([
      { id: 'entry-1', expiresAt, from: '2026-11-22T08:00:00.000Z', to: '2026-11-22T08:01:00.000Z' },
      { id: 'entry-3', expiresAt, from: '2026-11-22T08:02:00.000Z', to: '2026-11-22T08:05:00.000Z' },
      { id: 'entry-5', expiresAt, from: '2026-11-22T08:04:00.000Z' },
    ]);
    expect(livesIn(entries, 5).map(({ id }) => id)).toEqual(['entry-3']);
    expect(livesIn(entries, 6)).toEqual([]);
  });

  it('of one that runs is what it has lived until now, and no more than until it expires', () => {
    const lives = withLives(noLives, [life('a', '2026-11-22T08:00:00.000Z')], '2026-11-22T08:00:00.000Z');

    expect(minutesOf(lives, november, '2026-11-22T08:30:00.000Z')).toBe(30);
    expect(minutesOf(lives, november, '2026-11-22T07:59:00.000Z')).toBe(0);
    expect(minutesOf(lives, november, '2026-11-25T00:00:00.000Z')).toBe(120);
  });

  it('belongs to each period with the part that lies in it', () => {
    const lives = withLives(noLives, [life('a', '2026-11-30T23:50:00.000Z', 25)], '2026-12-01T00:30:00.000Z');
    const now = '2026-12-01T01:00:00.000Z';

    expect(minutesOf(lives, november, now)).toBe(10);
    expect(minutesOf(lives, { from: november.to, to: '2027-01-01T00:00:00.000Z' }, now)).toBe(15);
    const running = withLives(noLives, [life('a', '2026-11-30T23:50:00.000Z')], now);
    expect(minutesOf(running, { from: november.to, to: '2026-12-02T00:00:00.000Z' }, '2026-12-01T00:05:00.000Z')).toBe(
      5,
    );
  });

  it('of one that is gone counts whole for a worker whose clock is behind', () => {
    const lives = withLives(noLives, [life('a', '2026-11-22T08:00:00.000Z', 8)], '2026-11-22T08:08:00.000Z');

    expect(minutesOf(lives, november, '2026-11-22T08:06:40.000Z')).toBe(8);
  });

  it('is the same in whatever order, and however often, the logs are looked at, also after weeks', () => {
    const drawn = fc.tuple(fc.integer({ min: 0, max: 27 * 24 * 60 }), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (vms, random) => {
        const all = vms.map(([from, minutes], index) =>
          life(`vm-${index}`, addMs(november.from, from * minute), minutes),
        );
        // Each is looked at when it begins, when it ends, and once more within two weeks.
        const looks = all
          .flatMap(({ to, ...begun }) => [
            { at: begun.from, news: begun },
            { at: to ?? '', news: { ...begun, to: to ?? '' } },
            {
              at: addMs(to ?? '', (random.next().value % 13) * day),
              news: random.next().value % 2 ? begun : { ...begun, to: to ?? '' },
            },
          ])
          .sort((a, b) => (a.at < b.at ? -1 : 1));
        const now = '2026-11-30T23:59:00.000Z';
        const lives = looks
          .filter(({ at }) => at <= now)
          .reduce((known, { at, news }) => withLives(known, [news], at), noLives);
        const expected = all.map(({ from, to = '' }) => Math.min(Date.parse(to), Date.parse(now)) - Date.parse(from));

        expect(livedMs(lives, november, now)).toBe(expected.reduce((sum, ms) => sum + ms, 0));
        // A look that comes later than that counts nothing twice.
        const old = all.filter(({ to = '' }) => to < addMs(now, -15 * day));
        expect(livedMs(withLives(lives, old, now), november, now)).toBe(livedMs(lives, november, now));
      }),
    );
  });

  it('is kept by day after two weeks, and forgotten when no period reaches back to it', () => {
    const begun = withLives(noLives, [life('a', '2026-10-20T23:50:00.000Z', 25)], '2026-10-21T00:15:00.000Z');
    const later = withLives(begun, [life('b', '2026-11-10T08:00:00.000Z', 1)], '2026-11-10T08:01:00.000Z');
    expect(Object.keys(later.vms)).toEqual(['b']);
    expect(later.days).toEqual({ '2026-10-20': 10 * minute, '2026-10-21': 15 * minute });

    expect(withLives(later, [], '2027-01-10T00:00:00.000Z').days).toEqual({});
  });
});

describe('what is spent of the budget', () => {
  const budget: Budget = { vmMinutes: 10, per: 'month', warnAtPercent: 80 };
  const lives = withLives(noLives, [life('a', '2026-11-30T23:52:00.000Z')], '2026-11-30T23:52:00.000Z');

  it.each([
    ['2026-11-30T23:59:59.999Z', budget, '2026-11', 7, 'within'],
    ['2026-12-01T00:08:00.000Z', budget, '2026-12', 8, 'near'],
    ['2026-12-01T00:09:59.999Z', budget, '2026-12', 9, 'near'],
    ['2026-12-01T00:10:00.000Z', budget, '2026-12', 10, 'spent'],
    ['2026-12-01T00:10:00.000Z', { ...budget, vmMinutes: 13 }, '2026-12', 10, 'within'],
    ['2026-12-01T00:10:00.000Z', { ...budget, per: 'day' as const }, '2026-12-01', 10, 'spent'],
  ])('at %s counts the calendar period in UTC', (now, granted, period, minutes, state) => {
    expect(spendingOf(granted, lives, now)).toMatchObject({ period, minutes, state, limit: granted.vmMinutes });
  });

  it('says when the next period begins', () => {
    expect(spendingOf(budget, noLives, '2026-12-31T23:00:00.000Z').until).toBe('2027-01-01T00:00:00.000Z');
    expect(spendingOf({ ...budget, per: 'day' }, noLives, '2026-02-28T23:00:00.000Z').until).toBe(
      '2026-03-01T00:00:00.000Z',
    );
  });
});
