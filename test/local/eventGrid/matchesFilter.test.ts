import { describe, expect, it } from 'vitest';
import { readEvents } from '../../../local/eventGrid/envelope.ts';
import { filterSchema } from '../../../local/eventGrid/filter.ts';
import { matchesFilter } from '../../../local/eventGrid/matchesFilter.ts';

const data = {
  name: 'Ubuntu',
  size: 5,
  live: true,
  tags: ['Red', 'blue'],
  sizes: [1, 9],
  nothing: null,
  'a.b': 'x',
  deep: { er: 'y' },
};
const [event] = readEvents(
  'application/json',
  [
    {
      id: '1',
      subject: '/a/Images/b',
      eventType: 'Some.Type',
      eventTime: '2026-01-01T00:00:00Z',
      data,
      dataVersion: '2',
    },
  ],
  '/topics/t',
);
const [cloudEvent] = readEvents(
  'application/cloudevents+json',
  { id: '1', source: '/s', subject: '/a/b', type: 'Some.Type', specversion: '1.0', team: 'red', data },
  '/topics/t',
);

function matches(filter: object, of = event): boolean {
  if (!of) throw new Error('no event');
  return matchesFilter(filterSchema.parse(filter), of);
}

describe('the plain filters', () => {
  it.each([
    [{}, true],
    [{ includedEventTypes: ['some.type'] }, true],
    [{ includedEventTypes: ['Other'] }, false],
    [{ subjectBeginsWith: '/A/images' }, true],
    [{ subjectBeginsWith: '/A/images', isSubjectCaseSensitive: true }, false],
    [{ subjectEndsWith: '/B' }, true],
    [{ subjectEndsWith: '/c' }, false],
  ])('%j', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });
});

describe('an advanced filter', () => {
  it.each([
    ['StringIn', 'data.name', ['x', 'UBUNTU'], true],
    ['StringIn', 'data.name', ['x'], false],
    ['StringNotIn', 'data.name', ['ubuntu'], false],
    ['StringNotIn', 'data.gone', ['ubuntu'], true],
    ['StringIn', 'data.gone', ['x'], false],
    ['StringBeginsWith', 'data.name', ['ub'], true],
    ['StringNotBeginsWith', 'data.name', ['ub'], false],
    ['StringNotBeginsWith', 'data.gone', ['ub'], false],
    ['StringEndsWith', 'data.name', ['tu'], true],
    ['StringNotEndsWith', 'data.name', ['xx'], true],
    ['StringContains', 'Subject', ['/images/'], true],
    ['StringNotContains', 'subject', ['/images/'], false],
    ['StringNotContains', 'data.gone', ['x'], false],
    ['StringContains', 'data.size', ['5'], false],
    ['NumberIn', 'data.size', [4, 5], true],
    ['NumberNotIn', 'data.size', [5], false],
    ['NumberNotIn', 'data.gone', [5], true],
    ['NumberIn', 'data.gone', [5], false],
    [
      'NumberInRange',
      'data.size',
      [
        [1, 2],
        [5, 6],
      ],
      true,
    ],
    ['NumberNotInRange', 'data.size', [[5, 6]], false],
    ['StringIn', 'data.deep.er', ['y'], true],
    ['StringIn', 'data.a.b', ['x'], false],
    ['StringIn', 'eventType', ['some.type'], true],
    ['StringIn', 'dataVersion', ['2'], true],
  ])('%s on %s with %j is %s', (operatorType, key, values, expected) => {
    expect(matches({ advancedFilters: [{ operatorType, key, values }] })).toBe(expected);
  });

  it.each([
    ['NumberLessThan', 'data.size', 5, false],
    ['NumberLessThanOrEquals', 'data.size', 5, true],
    ['NumberGreaterThan', 'data.size', 4, true],
    ['NumberGreaterThanOrEquals', 'data.gone', 0, false],
    ['BoolEquals', 'data.live', true, true],
    ['BoolEquals', 'data.gone', false, false],
  ])('%s on %s with %s is %s', (operatorType, key, value, expected) => {
    expect(matches({ advancedFilters: [{ operatorType, key, value }] })).toBe(expected);
  });

  it.each([
    ['IsNullOrUndefined', 'data.gone', true],
    ['IsNullOrUndefined', 'data.nothing', true],
    ['IsNotNull', 'data.nothing', false],
    ['IsNotNull', 'data.name', true],
  ])('%s on %s is %s', (operatorType, key, expected) => {
    expect(matches({ advancedFilters: [{ operatorType, key }] })).toBe(expected);
  });

  it('has to hold together with the others', () => {
    const filter = (value: number) => ({ operatorType: 'NumberIn', key: 'data.size', values: [value] });

    expect(matches({ advancedFilters: [filter(5), filter(5)] })).toBe(true);
    expect(matches({ advancedFilters: [filter(5), filter(6)] })).toBe(false);
  });

  it.each([
    ['StringIn', 'data.tags', ['red'], true],
    ['StringNotIn', 'data.tags', ['red'], false],
    ['StringNotIn', 'data.tags', ['green'], true],
    ['NumberIn', 'data.sizes', [9], true],
    ['NumberNotIn', 'data.sizes', [9], false],
  ])('looks into arrays when asked to: %s on %s with %j is %s', (operatorType, key, values, expected) => {
    const advancedFilters = [{ operatorType, key, values }];

    expect(matches({ advancedFilters, enableAdvancedFilteringOnArrays: true })).toBe(expected);
    expect(matches({ advancedFilters })).toBe(operatorType.includes('Not'));
  });

  it('reaches the attributes of CloudEvents', () => {
    const on = (key: string, value: string) => ({
      advancedFilters: [{ operatorType: 'StringIn', key, values: [value] }],
    });

    expect(matches(on('source', '/s'), cloudEvent)).toBe(true);
    expect(matches(on('team', 'red'), cloudEvent)).toBe(true);
    expect(matches(on('data.name', 'ubuntu'), cloudEvent)).toBe(true);
  });
});

describe('a filter beyond the limits', () => {
  const filters = (count: number, values: string[]) =>
    Array.from({ length: count }, (_, index) => ({ operatorType: 'StringIn', key: `data.k${index}`, values }));

  it.each([
    ['more than 25 filters', filters(26, ['x']), 'at most 25 advanced filters'],
    ['more than 25 values', filters(2, Array.from({ length: 13 }, String)), 'at most 25 advanced filter values'],
    ['a long value', filters(1, ['x'.repeat(513)]), 'at most 512 characters'],
    ['an unknown operator', [{ operatorType: 'StringLike', key: 'a', values: ['x'] }], 'operatorType'],
  ])('is refused: %s', (_, advancedFilters, message) => {
    expect(() => filterSchema.parse({ advancedFilters })).toThrow(message);
  });

  it('is fine at the limits', () => {
    expect(() => filterSchema.parse({ advancedFilters: filters(25, ['x'.repeat(512)]) })).not.toThrow();
  });
});
