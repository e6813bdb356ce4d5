import type { GuestFact } from '../checkFile/checkFile.ts';
import type { DecodedValue } from './encodedValue.ts';

export type AnsweredValue = DecodedValue;

/** `=` matches, `!` differs, `v` to be judged, `t` timed out, `?` cannot be told. */
export const statusLetters = '=!vt?';

export function toFact(status: string, answered: AnsweredValue | undefined): GuestFact {
  if (status === '=' || status === '!') {
    return { kind: status === '=' ? 'matches' : 'differs', ...(answered && { value: answered.value }) };
  }
  if (status === 't') return { kind: 'unknown', reason: 'timed out' };
  if (status === '?') return { kind: 'unknown', reason: 'cannot be told in this guest' };
  if (!answered) return { kind: 'unknown', reason: 'the value did not reach us' };
  return { kind: 'value', ...answered };
}
