import { describe, expect, it } from 'vitest';
import { type Admission, admit } from '../../../../shared/domain/deliveries/admit.ts';
import { addMs, msBetween } from '../../../../shared/domain/instant.ts';
import { type TeamRecord, teamRecord, withEvent } from '../../../../shared/domain/teams/teamRecord.ts';
import { fc } from '../../../fastCheck.ts';

const eight = '2026-11-22T08:00:00.000Z';
const failing = (record: TeamRecord, times: number, at = eight): TeamRecord =>
  Array.from({ length: times }).reduce<TeamRecord>(
    (now) => withEvent(now, { kind: 'failedTry', isFirst: false }, at),
    record,
  );
const fresh = teamRecord.parse({});
const dead = failing(fresh, 5);
const ask = (record: TeamRecord, now: string) => admit(record, undefined, undefined, now);

describe('the breaker of a team', () => {
  it('lets nothing go for a minute after five failures in a row', () => {
    expect(ask(failing(fresh, 4), eight)).toEqual({ kind: 'go' });
    expect(ask(dead, '2026-11-22T08:00:59.999Z')).toEqual({
      kind: 'wait',
      at: '2026-11-22T08:01:00.000Z',
      isPlace: false,
    });
  });

  it('then lets one try decide, which all others see', () => {
    const deciding = ask(dead, '2026-11-22T08:01:00.000Z');
    expect(deciding).toMatchObject({ kind: 'go', record: { openUntil: '2026-11-22T08:01:10.000Z' } });
    const { record = fresh } = deciding;

    expect(ask(record, '2026-11-22T08:01:05.000Z')).toMatchObject({ kind: 'wait', at: '2026-11-22T08:01:10.000Z' });
    const failed = failing(record, 1, '2026-11-22T08:01:05.000Z');
    expect(failed).toMatchObject({ openUntil: '2026-11-22T08:03:05.000Z' });
    const delivered = withEvent(record, { kind: 'delivered', lateMs: 1, isFirst: false }, '2026-11-22T08:01:05.000Z');
    expect(ask(delivered, '2026-11-22T08:01:05.000Z')).toEqual({ kind: 'go' });
    expect(delivered).toMatchObject({ failuresInRow: 0 });
  });

  it('lets another one decide where nothing was heard of the first', () => {
    const { record = fresh } = ask(dead, '2026-11-22T08:01:00.000Z');

    expect(ask(record, '2026-11-22T08:01:10.000Z').kind).toBe('go');
  });

  it('stays open no longer for tries that were under way when it opened', () => {
    expect(failing(dead, 3, '2026-11-22T08:00:05.000Z')).toMatchObject({ openUntil: '2026-11-22T08:01:00.000Z' });
  });

  it('keeps a team out for a quarter of an hour at most', () => {
    let record = dead;
    for (let round = 0; round < 12; round += 1) {
      const at = record.openUntil ?? eight;
      record = failing(ask(record, at).record ?? record, 1, at);
      expect(msBetween(at, record.openUntil ?? at)).toBeLessThanOrEqual(900_000);
    }
    expect(record.openMs).toBe(900_000);
  });

  it('counts failures in a row only', () => {
    const mixed = failing(withEvent(failing(fresh, 4), { kind: 'delivered', lateMs: 1, isFirst: false }, eight), 4);

    expect(ask(mixed, eight)).toEqual({ kind: 'go' });
  });
});

describe('a number of calls a minute that a server allows', () => {
  it('gives each call a place, evenly, which is its own when it comes again', () => {
    const first = admit(fresh, 120, undefined, eight);
    const second = admit(first.record ?? fresh, 120, undefined, eight);
    const third = admit(second.record ?? fresh, 120, undefined, eight);

    expect(first.kind).toBe('go');
    expect(second).toMatchObject({ kind: 'wait', at: '2026-11-22T08:00:00.500Z', isPlace: true });
    expect(third).toMatchObject({ kind: 'wait', at: '2026-11-22T08:00:01.000Z', isPlace: true });
    expect(admit(third.record ?? fresh, 120, '2026-11-22T08:00:00.500Z', '2026-11-22T08:00:00.600Z')).toEqual({
      kind: 'go',
    });
  });

  it('is not passed in any minute, however many deliveries come and whenever', () => {
    const arrivals = fc.array(fc.nat(90_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 40 }), (offsets, rate) => {
        let record = fresh;
        const calls = offsets
          .toSorted((a, b) => a - b)
          .map((offset) => {
            const now = addMs(eight, offset);
            const place: Admission = admit(record, rate, undefined, now);
            record = place.record ?? record;
            return Date.parse(place.kind === 'go' ? now : place.at);
          });
        const most = Math.max(...calls.map((from) => calls.filter((at) => at >= from && at < from + 60_000).length));
        expect(most).toBeLessThanOrEqual(rate);
      }),
    );
  });
});
