import { expect, it } from 'vitest';
import { DeliveryLimits } from '../../../../shared/domain/deliveries/deliveryLimits.ts';

it('four tries for a team go at a time, whatever the others do', () => {
  const limits = new DeliveryLimits();

  expect([1, 2, 3, 4, 5].map(() => limits.enter('slow'))).toEqual([true, true, true, true, false]);
  expect(limits.enter('quick')).toBe(true);
  limits.leave('slow');
  expect([1, 2].map(() => limits.enter('slow'))).toEqual([true, false]);
});
