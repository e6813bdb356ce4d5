import { askedChecks } from '../checkFile/askedChecks.ts';
import type { Check } from '../checkFile/checkFile.ts';

export interface FactScriptOptions {
  /** Proves that an answer is of this run: letters, digits, `-` and `_`, at most 64. */
  nonce: string;
  /** The boot before a restart: while the guest still has it, nothing is looked at. */
  previousBootId?: string;
}

/** With more, the statuses alone would not fit into the 4,096 bytes that Azure shows of an output. */
const assertionLimit = 2_500;

/**
 * The checks that a script asks the guest about, in the order of their numbers. Throws RangeError for more than 2,500
 * assertions, or a nonce of another form.
 */
export function askedWithinLimits(checks: Check[], { nonce }: FactScriptOptions): Check[] {
  if (!/^[\w-]{1,64}$/.test(nonce)) throw new RangeError('a nonce is 1 to 64 letters, digits, - or _');
  const asked = askedChecks(checks);
  const total = asked.reduce((sum, { assertions }) => sum + assertions.length, 0);
  if (total > assertionLimit) throw new RangeError(`${total} assertions; at most ${assertionLimit} can be answered`);
  return asked;
}
