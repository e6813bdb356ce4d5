/** Console escape sequences; built from a code so that no control character stands in the source. */
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');

const fatal: [RegExp, string][] = [
  [/Kernel panic - not syncing: [^\r\n]*/, 'kernel panic'],
  [/Gave up waiting for (?:root|suspend)[^\r\n]*/, 'root file system not found'],
  [/You are in (?:emergency|rescue) mode[^\r\n]*/, 'emergency mode'],
  [/The operating system has halted[^\r\n]*/, 'halted'],
];

/** The first line that says the guest will not come up, or undefined. Failed units are the business of checks. */
export function findFatal(serialLog: string): { kind: string; line: string } | undefined {
  const text = serialLog.replaceAll(escapes, '');
  for (const [pattern, kind] of fatal) {
    const line = pattern.exec(text)?.[0];
    if (line !== undefined) return { kind, line: line.slice(0, 200) };
  }
  return undefined;
}
