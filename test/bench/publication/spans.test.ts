import { expect, it } from 'vitest';
import { covered } from '../../../bench/publication/spans.ts';

it('counts time that spans share once, and none outside the window', () => {
  expect(covered([], [0, 100])).toBe(0);
  expect(
    covered(
      [
        [50, 60],
        [10, 20],
        [15, 30],
        [16, 18],
      ],
      [0, 100],
    ),
  ).toBe(30);
  expect(covered([[0, 100]], [40, 45])).toBe(5);
  expect(covered([[0, 10]], [40, 45])).toBe(0);
});
