import { describe, expect, it } from 'vitest';
import { decideNext, waitsMs } from '../../../../shared/domain/deliveries/deliverySchedule.ts';

const event = {
  specversion: '1.0',
  id: 'e1',
  type: 't',
  source: '/imprimatur',
  subject: 's',
  time: '2026-11-22T08:00:00.000Z',
  datacontenttype: 'application/json',
  data: {},
} as const;
const now = '2026-11-22T08:00:00.000Z';
const triedBefore = (attempts: number, since = now) => ({ team: 'web', event, attempts, since });
const failed = { kind: 'failed', reason: 'the webhook answers 500' } as const;

describe('after a try', () => {
  it('that succeeded nothing follows', () => {
    expect(decideNext(triedBefore(0), { kind: 'delivered' }, now)).toEqual({ kind: 'done' });
  });

  it.each([
    [0, '2026-11-22T08:00:05.000Z'],
    [1, '2026-11-22T08:02:00.000Z'],
    [3, '2026-11-22T08:30:00.000Z'],
    [7, '2026-11-22T16:00:00.000Z'],
  ])('that failed after %i others the next is at %s', (attempts, at) => {
    expect(decideNext(triedBefore(attempts), failed, now)).toEqual({ kind: 'again', at });
  });

  it('that was the last it is a dead letter, with what went wrong', () => {
    expect(decideNext(triedBefore(8), failed, now)).toEqual({
      kind: 'deadLetter',
      reason: '9 tries failed; the last: the webhook answers 500',
    });
    expect(waitsMs.reduce((sum, wait) => sum + wait, 0) / 3_600_000).toBeCloseTo(23.7, 1);
  });

  it('of a delivery that is three days old it is a dead letter too', () => {
    expect(decideNext(triedBefore(2, '2026-11-19T08:00:00.000Z'), failed, now)).toMatchObject({ kind: 'deadLetter' });
  });

  it('to a server that asks to wait the next comes no sooner, and no more than an hour later', () => {
    const at = (retryAfterMs: number) => decideNext(triedBefore(0), { ...failed, retryAfterMs }, now);

    expect(at(90_000)).toEqual({ kind: 'again', at: '2026-11-22T08:01:30.000Z' });
    expect(at(1e12)).toEqual({ kind: 'again', at: '2026-11-22T09:00:00.000Z' });
  });

  it('that nobody wants any more there is no other', () => {
    expect(decideNext(triedBefore(0), { kind: 'final', reason: 'gone' }, now)).toEqual({
      kind: 'deadLetter',
      reason: 'gone',
    });
  });
});
