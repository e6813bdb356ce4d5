import { describe, expect, it } from 'vitest';
import { DeliveryLimits } from '../../../../shared/domain/deliveries/deliveryLimits.ts';

function failing(limits: DeliveryLimits, times: number, atMs: number): void {
  for (let count = 0; count < times; count += 1) {
    limits.take('dead', atMs);
    limits.settle('dead', false, atMs);
  }
}

describe('the limits of a team', () => {
  it('let four tries go at a time, and the others of the team come again', () => {
    const limits = new DeliveryLimits();

    expect([1, 2, 3, 4, 5].map(() => limits.take('slow', 0))).toEqual(['go', 'go', 'go', 'go', { waitUntilMs: 5_000 }]);
    expect(limits.take('quick', 0)).toBe('go');
    limits.settle('slow', true, 1);
    expect(limits.take('slow', 1)).toBe('go');
  });

  it('let nothing go for a minute after five failures in a row; then one try decides', () => {
    const limits = new DeliveryLimits();
    failing(limits, 5, 0);

    expect(limits.take('dead', 59_999)).toEqual({ waitUntilMs: 60_000 });
    expect(limits.take('quick', 1)).toBe('go');
    expect(limits.take('dead', 60_000)).toBe('go');
    expect(limits.take('dead', 60_000)).toEqual({ waitUntilMs: 65_000 });
    limits.settle('dead', false, 60_000);
    expect(limits.take('dead', 60_001)).toEqual({ waitUntilMs: 180_000 });
    expect(limits.take('dead', 180_000)).toBe('go');
    limits.settle('dead', true, 180_000);
    expect([1, 2].map(() => limits.take('dead', 180_000))).toEqual(['go', 'go']);
  });

  it('keep a team out for a quarter of an hour at most', () => {
    const limits = new DeliveryLimits();
    failing(limits, 5, 0);
    let nowMs = 0;
    for (let round = 0; round < 12; round += 1) {
      const place = limits.take('dead', nowMs);
      if (place === 'go') limits.settle('dead', false, nowMs);
      else nowMs = place.waitUntilMs;
    }
    const place = limits.take('dead', nowMs);

    expect(place === 'go' ? 0 : place.waitUntilMs - nowMs).toBeLessThanOrEqual(900_000);
  });

  it('count failures in a row only', () => {
    const limits = new DeliveryLimits();
    failing(limits, 4, 0);
    limits.take('dead', 0);
    limits.settle('dead', true, 0);
    failing(limits, 4, 0);

    expect(limits.take('dead', 0)).toBe('go');
  });
});
