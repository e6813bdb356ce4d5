import type { Check } from '../checkFile/checkFile.ts';
import { askedWithinLimits, type FactScriptOptions } from './askedWithinLimits.ts';
import { checkScript } from './posix/checkScript.ts';
import { core } from './posix/core.ts';
import { frame } from './posix/frame.ts';
import { shellLooks } from './posix/shellLooks.ts';
import { shellWord } from './posix/shellWord.ts';

/**
 * The POSIX sh script that gathers the facts of all checks, to be run as root by `sh`, and prints them as
 * readFull.ts and readCompact.ts describe. It needs nothing installed beyond od, awk, sed, grep and the like, no bash, no terminal, no
 * HOME and no input. Whatever the checks hold is data in single quotes inside here-documents; only the `exec` of a command
 * is run, by `sh -c`. Throws RangeError for a nonce of another form or more than 2,500 assertions.
 */
export function compilePosixScript(checks: Check[], options: FactScriptOptions): string {
  const asked = askedWithinLimits(checks, options);
  const { nonce, previousBootId } = options;
  const types = [...new Set(asked.map(({ type }) => type))];
  return [
    '#!/bin/sh',
    `nonce=${nonce}`,
    frame.trim(),
    'boot_id',
    ...(previousBootId === undefined ? [] : [unlessRestarted(previousBootId)]),
    'make_folder',
    writeFile('core', core, nonce),
    ...types.map((type) => writeFile(`look-${type}`, shellLooks[type]?.source ?? '', nonce)),
    'read_clock',
    'started=$now',
    `echo "imprimatur-facts $nonce"`,
    ...asked.flatMap((check, index) => [
      writeFile('check', checkScript(check, index + 1), nonce),
      `run ${index + 1} ${Math.max(1, Math.ceil(check.timeoutMs / 1000))} ${check.retries} ${check.assertions.length}`,
    ]),
    `echo "imprimatur-facts-end $nonce $total"`,
    'read_clock',
    'elapsed=$(((now - started) * 10))',
    'ready_time',
    'rm -rf "$dir"',
    'print_compact',
    'exit 0',
    '',
  ].join('\n');
}

function unlessRestarted(previousBootId: string): string {
  return [
    `if [ "$boot" = ${shellWord(previousBootId.replaceAll('\0', ''))} ]; then`,
    `  printf 'imprimatur-begin %s\\nsame-boot\\nimprimatur-end %s 0\\n' "$nonce" "$nonce"`,
    '  exit 0',
    'fi',
  ].join('\n');
}

/** A here-document whose delimiter is quoted is taken as it is, up to a line that no content has. */
function writeFile(name: string, content: string, nonce: string): string {
  const lines = new Set(content.split('\n'));
  let delimiter = `END-${nonce}`;
  while (lines.has(delimiter)) delimiter += '-';
  return `cat >"$dir/${name}" <<'${delimiter}'\n${content.trim()}\n${delimiter}`;
}
