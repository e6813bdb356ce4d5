/** How many checks are built in on Linux; those of the policy and of the check file come after them. */
const builtIn = 3;

/** What a guest answers to a script whose checks have one assertion each. */
export function fakeAnswer(
  script: string,
  bootId: string,
  { exitStatus = 0, failing }: { exitStatus?: number; failing?: number[] },
): string {
  const nonce = /nonce=(\S+)/.exec(script)?.[1] ?? '';
  const count = [...script.matchAll(/^run \d+ \d+ \d+ 1$/gm)].length;
  const previous = /"\$boot" = .?([\w-]+)/.exec(script)?.[1];
  if (previous === bootId)
    return [`imprimatur-begin ${nonce}`, 'same-boot', `imprimatur-end ${nonce} 0`, ''].join('\n');
  const fails = (check: number) =>
    exitStatus !== 0 && check > builtIn && (failing === undefined || failing.includes(check - builtIn));
  const checks = Array.from({ length: count }, (_, index) => index + 1);
  return [
    `imprimatur-begin ${nonce}`,
    `boot ${bootId} 12000 3000`,
    `s ${checks.map((check) => (fails(check) ? '!' : '=')).join('')}`,
    ...checks.filter(fails).map((check) => `d ${check}.1 n${exitStatus}`),
    'cut 0',
    `imprimatur-end ${nonce} ${count}`,
    '',
  ].join('\n');
}
