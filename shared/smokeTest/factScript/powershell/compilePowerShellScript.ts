import type { Assertion, Check } from '../../checkFile/checkFile.ts';
import { askedWithinLimits, type FactScriptOptions } from '../askedWithinLimits.ts';
import { dotNetPattern } from './dotNetPattern.ts';
import { encodeValue } from './guest/encodeValue.ts';
import { runLooks, sharedByLooks, strictly } from './guest/gatherFacts.ts';
import { judgeFacts } from './guest/judgeFacts.ts';
import { beginAnswer, endAnswer, writeAnswer } from './guest/writeAnswer.ts';
import { powerShellLiteral } from './powerShellLiteral.ts';
import { unsupportedSettings } from './unsupportedOnWindows.ts';
import type { WindowsLook } from './windowsLook.ts';
import { windowsLooks } from './windowsLooks.ts';

/**
 * The script for Windows PowerShell 5.1 (it also runs in 7) that answers every assertion of the checks, in the same form
 * as the POSIX one. Nothing of a check file becomes code: it only ever stands in literals. What Windows cannot tell is
 * answered with `?`; `unsupportedOnWindows` names it beforehand. Throws RangeError as `askedWithinLimits` does.
 */
export function compilePowerShellScript(checks: Check[], options: FactScriptOptions): string {
  const asked = askedWithinLimits(checks, options);
  const looks = new Set(asked.flatMap(({ type }) => windowsLooks[type] ?? []));
  return [
    strictly,
    `$looks = {${[strictly, sharedByLooks, ...[...looks].map(({ source }) => source)].join('')}}`,
    runLooks,
    judgeFacts,
    encodeValue,
    writeAnswer,
    `$nonce = ${powerShellLiteral(options.nonce)}`,
    `$previousBootId = ${powerShellLiteral(options.previousBootId ?? '')}`,
    beginAnswer,
    ...asked.map((check, index) => checkCall(check, index + 1)),
    endAnswer,
  ].join('\n');
}

function checkCall(check: Check, number: number): string {
  const look = windowsLooks[check.type];
  const facts =
    look && unsupportedSettings(check).length === 0 ? check.assertions.map((one) => factAsked(one, look)) : [];
  if (!look || facts.every((fact) => fact === unknown)) return `Skip-Check ${number} ${check.assertions.length}`;
  const settings = look.settings.flatMap((name) => {
    const value = check.settings[name];
    return value === undefined ? [] : [`${powerShellLiteral(name)} = ${powerShellLiteral(value)}`];
  });
  return [
    `Test-Check ${number} '${look.command}' ${check.timeoutMs} ${check.retries} @{ ${settings.join('; ')} } @(`,
    `${facts.map((fact) => `    ${fact}`).join(',\n')}\n)`,
  ].join('\n');
}

const unknown = '@{}';

function factAsked({ attribute, matcher }: Assertion, look: WindowsLook): string {
  if (!look.attributes.includes(attribute)) return unknown;
  const compared = comparison(matcher);
  const fields = { attribute, ...compared };
  return `@{ ${Object.entries(fields)
    .map(([name, value]) => `${name} = ${powerShellLiteral(value)}`)
    .join('; ')} }`;
}

/** What the guest compares itself; all else it sends back to be judged here. */
function comparison(matcher: Assertion['matcher']) {
  const judgedHere = { compare: 'value' };
  if (matcher.match === 'equal') {
    const isExact = typeof matcher.value !== 'number' || Number.isSafeInteger(matcher.value);
    return isExact ? { compare: 'equal', expected: matcher.value } : judgedHere;
  }
  if (matcher.match === 'line' && !/[\r\n]/.test(matcher.text)) {
    return { compare: 'line', expected: matcher.text, negated: matcher.negated };
  }
  if (matcher.match === 'lineRegexp') {
    const expected = dotNetPattern(matcher.pattern);
    return expected === undefined ? judgedHere : { compare: 'pattern', expected, negated: matcher.negated };
  }
  return judgedHere;
}
