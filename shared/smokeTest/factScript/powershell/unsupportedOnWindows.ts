import type { Check } from '../../checkFile/checkFile.ts';
import { windowsLooks } from './windowsLooks.ts';

/**
 * What of a check no Windows guest can answer: names of attributes and settings, or the type when all of it is unknown
 * there. Its answer would be `?`, which never passes, so a linter refuses it before a VM is paid for.
 */
export function unsupportedOnWindows(check: Check): string[] {
  if (check.type === 'matching') return [];
  const look = windowsLooks[check.type];
  if (!look) return [check.type];
  const attributes = check.assertions
    .map(({ attribute }) => attribute)
    .filter((name) => !look.attributes.includes(name));
  return [...new Set([...attributes, ...unsupportedSettings(check)])];
}

/** Settings that change what all answers of the check mean, and that are not honoured on Windows. */
export function unsupportedSettings(check: Check): string[] {
  const look = windowsLooks[check.type];
  if (!look) return [];
  const unknown = Object.keys(check.settings).filter((name) => !look.settings.includes(name));
  return [...unknown, ...(look.refuses?.(check.settings) ?? [])];
}
