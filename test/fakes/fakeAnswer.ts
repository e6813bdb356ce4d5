/** How many checks are built in on Linux; those of the policy and of the check file come after them. */
const builtInCount = 3;

/** What of a guest its answer depends on. */
interface AnsweringGuest {
  exitStatus?: number;
  failing?: number[];
  builtIn?: Record<number, string>;
  tries?: number;
}

/** What a guest answers to a script whose checks have one assertion each. */
export function fakeAnswer(
  script: string,
  bootId: string,
  { exitStatus = 0, failing, builtIn = {}, tries = 1 }: AnsweringGuest,
): string {
  const nonce = /nonce=(\S+)/.exec(script)?.[1] ?? '';
  const count = [...script.matchAll(/^run \d+ \d+ \d+ 1 /gm)].length;
  const previous = /"\$boot" = .?([\w-]+)/.exec(script)?.[1];
  if (previous === bootId)
    return [`imprimatur-begin ${nonce}`, 'same-boot', `imprimatur-end ${nonce} 0`, ''].join('\n');
  const checks = Array.from({ length: count }, (_, index) => index + 1);
  const own = checks.filter((check) => check > builtInCount);
  const values = new Map(Object.entries(builtIn).map(([check, value]) => [Number(check), value]));
  for (const check of own) {
    if (exitStatus !== 0 && (failing?.includes(check - builtInCount) ?? true)) values.set(check, `n${exitStatus}`);
  }
  return [
    `imprimatur-begin ${nonce}`,
    `boot ${bootId} 12000 3000`,
    `s ${checks.map((check) => (values.has(check) ? '!' : '=')).join('')}`,
    ...(tries > 1 ? own.map((check) => `r ${check} ${tries}`) : []),
    ...[...values].map(([check, value]) => `d ${check}.1 ${value}`),
    'cut 0',
    `imprimatur-end ${nonce} ${count}`,
    '',
  ].join('\n');
}
