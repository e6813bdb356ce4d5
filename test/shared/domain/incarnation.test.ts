import { describe, expect, it } from 'vitest';
import {
  incarnationKey,
  incarnationPrefix,
  isIdentified,
  isSameIncarnation,
  learned,
} from '../../../shared/domain/incarnation.ts';

const created = (createdAt: string) => ({ createdAt, publishedDate: 'p1', sourceId: 's1' });

describe('incarnations', () => {
  it('are told apart by the date of creation where both have one', () => {
    expect(isSameIncarnation(created('c1'), { ...created('c1'), publishedDate: 'p2' }, false)).toBe(true);
    expect(isSameIncarnation(created('c1'), created('c2'), true)).toBe(false);
  });

  it.each([
    ['another source', { publishedDate: 'p1', sourceId: 's2' }, true, false],
    ['another date', { publishedDate: 'p2', sourceId: 's1' }, false, false],
    ['another date that our write reset', { publishedDate: 'p2', sourceId: 's1' }, true, true],
    ['a value that first appears', { createdAt: 'c1', publishedDate: 'p1', sourceId: 's1' }, false, true],
    ['a value that is missing now', { publishedDate: 'p1' }, false, true],
  ])('without it: %s', (_, seen, writtenByUs, same) => {
    expect(isSameIncarnation({ publishedDate: 'p1', sourceId: 's1' }, seen, writtenByUs)).toBe(same);
  });

  it('keep what is known, learn what appears, and take over a date that our write reset', () => {
    expect(learned({ publishedDate: 'p1' }, { publishedDate: 'p2', createdAt: 'c1' }, false)).toEqual({
      publishedDate: 'p1',
      createdAt: 'c1',
    });
    expect(learned({ publishedDate: 'p1' }, { publishedDate: 'p2' }, true)).toEqual({ publishedDate: 'p2' });
  });

  it('need a date to be recognised, and have a key of their own', () => {
    expect(isIdentified({ sourceId: 's1' })).toBe(false);
    expect(isIdentified({ publishedDate: 'p1' })).toBe(true);
    expect(incarnationKey('d', '1.0.0', created('c1'))).not.toBe(incarnationKey('d', '1.0.0', created('c2')));
    expect(incarnationKey('d', '1.0.0', created('c1'))).toBe(incarnationKey('d', '1.0.0', { createdAt: 'c1' }));
  });

  it('of one version begin alike, and those of another otherwise', () => {
    const prefix = incarnationPrefix('d', '1.0.0');
    expect(['c1', 'c2'].map((at) => incarnationKey('d', '1.0.0', created(at)).startsWith(prefix))).toEqual([
      true,
      true,
    ]);
    expect(incarnationKey('d', '1.0.1', created('c1')).startsWith(prefix)).toBe(false);
    expect(incarnationKey('d', '1.0.0', created('c1'))).toMatch(/^[0-9a-f]{20}$/);
  });
});
