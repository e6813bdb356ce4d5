import { describe, expect, it } from 'vitest';
import { decodeValue } from '../../../../shared/smokeTest/factScript/encodedValue.ts';

describe('an encoded value', () => {
  it.each([
    ['s', '', false],
    ['sa%20b%0A', 'a b\n', false],
    ['sZ%C3%BCrich', 'Zürich', false],
    ['s%FF%00', '\ufffd\0', false],
    ['s%EF%BB%BFx', '\ufeffx', false],
    ['sabc~', 'abc', true],
    ['sZ%C3~', 'Z', true],
    ['s%25%2C%7E', '%,~', false],
    ['n42', 42, false],
    ['n-1', -1, false],
    ['btrue', true, false],
    ['bfalse', false, false],
    ['l', [], false],
    ['l,', [''], false],
    ['la,b%2Cc,', ['a', 'b,c'], false],
    ['la,b~', ['a'], true],
  ])('%j is %j', (encoded, value, cut) => {
    expect(decodeValue(encoded)).toEqual({ value, cut });
  });

  it.each([
    '',
    'x1',
    'sa b',
    's%2',
    's%zz',
    's%c3',
    's"',
    'sa,b',
    'n',
    'n1e9',
    'n0x1',
    'n1~',
    'byes',
    'b',
    'la',
    'sa~b',
  ])('%j is none', (encoded) => {
    expect(decodeValue(encoded)).toBeUndefined();
  });
});
