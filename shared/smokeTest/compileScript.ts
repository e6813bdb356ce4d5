import type { Check } from './checkFile/checkFile.ts';
import { compilePosixScript } from './factScript/compilePosixScript.ts';
import { compilePowerShellScript } from './factScript/powershell/compilePowerShellScript.ts';

/** The script that gathers in the guest what the checks ask for; both print the same answer. */
export function compileScript(
  osType: 'Linux' | 'Windows',
  checks: Check[],
  options: { nonce: string; previousBootId?: string },
): string {
  return osType === 'Windows' ? compilePowerShellScript(checks, options) : compilePosixScript(checks, options);
}
