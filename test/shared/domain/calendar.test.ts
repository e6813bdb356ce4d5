import { describe, expect, it } from 'vitest';
import { nextOpening } from '../../../shared/domain/calendar.ts';
import { releaseSchema } from '../../../shared/domain/releaseRules.ts';
import { fc } from '../../fastCheck.ts';

const tuesdays = releaseSchema.parse({
  timeZone: 'Europe/Berlin',
  windows: [{ days: ['tue'], from: '06:00', to: '16:00' }],
  atMostOncePer: 'week',
});

describe('the next opening', () => {
  it.each([
    ['in the window, at once', '2026-11-24T09:00:00.000Z', '2026-11-24T09:00:00.000Z'],
    ['before it opens, when it opens', '2026-11-24T04:59:59.000Z', '2026-11-24T05:00:00.000Z'],
    ['when it has closed, a week later', '2026-11-24T15:00:00.000Z', '2026-12-01T05:00:00.000Z'],
    ['in summer, by the summer time', '2026-06-01T12:00:00.000Z', '2026-06-02T04:00:00.000Z'],
    ['over the change to winter time', '2026-10-20T14:30:00.000Z', '2026-10-27T05:00:00.000Z'],
  ])('is, %s', (_, now, expected) => {
    expect(nextOpening(tuesdays, now)).toBe(expected);
  });

  it('comes once per calendar week: a release on a late Tuesday does not put off the next to a Wednesday', () => {
    expect(nextOpening(tuesdays, '2026-11-24T10:00:00.000Z', '2026-11-24T09:00:00.000Z')).toBe(
      '2026-12-01T05:00:00.000Z',
    );
    expect(nextOpening(tuesdays, '2026-12-01T05:00:00.000Z', '2026-11-24T14:59:00.000Z')).toBe(
      '2026-12-01T05:00:00.000Z',
    );
  });

  it('is after every freeze, also where one ends in another', () => {
    const rules = releaseSchema.parse({
      timeZone: 'Europe/Berlin',
      freezes: [
        { from: '2026-12-20', to: '2027-01-02', reason: 'end of the year' },
        { from: '2027-01-01T12:00', to: '2027-01-04T08:00', reason: 'audit' },
      ],
    });
    expect(nextOpening(rules, '2026-12-19T22:00:00.000Z')).toBe('2026-12-19T22:00:00.000Z');
    expect(nextOpening(rules, '2026-12-24T12:00:00.000Z')).toBe('2027-01-04T07:00:00.000Z');
  });

  it('is in the hour after a clock that skips it', () => {
    const rules = releaseSchema.parse({ timeZone: 'Europe/Berlin', windows: [{ from: '02:30', to: '04:00' }] });
    expect(nextOpening(rules, '2026-03-29T00:00:00.000Z')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('is none where the calendar never opens', () => {
    const rules = releaseSchema.parse({ freezes: [{ from: '2026-01-01', to: '2030-01-01', reason: 'wound up' }] });
    expect(nextOpening(rules, '2026-11-24T09:00:00.000Z')).toBeUndefined();
  });

  it('is never before now, and now is open when it comes', () => {
    const instants = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
    const days = fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const, { minLength: 1 });
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia');
    fc.assert(
      fc.property(instants, days, zones, fc.constantFrom('day', 'week', 'month'), (date, on, timeZone, period) => {
        const windows = [{ days: on, from: '01:15', to: '02:45' }];
        const rules = releaseSchema.parse({ timeZone, windows, atMostOncePer: period });
        const opensAt = nextOpening(rules, date.toISOString()) ?? '';
        expect(opensAt >= date.toISOString()).toBe(true);
        expect(nextOpening(rules, opensAt)).toBe(opensAt);
      }),
    );
  });
});
