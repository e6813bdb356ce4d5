import type { Check } from '../checkFile/checkFile.ts';
import { askedWithinLimits, type FactScriptOptions } from './askedWithinLimits.ts';
import { checkScript, secondsOf } from './posix/checkScript.ts';
import { core } from './posix/core.ts';
import { frame } from './posix/frame.ts';
import { leanSource } from './posix/leanSource.ts';
import { lookOf } from './posix/shellLooks.ts';
import { shellWord } from './posix/shellWord.ts';

/**
 * The POSIX sh script that gathers the facts of all checks, to be run as root by `sh`, and prints them as
 * readFull.ts and readCompact.ts describe. It needs nothing installed beyond od, awk, sed, grep and the like, no bash, no
 * terminal, no HOME and no input; only the looks that the checks need are in it. Whatever the checks hold is data in single quotes inside here-documents; only the `exec` of a command
 * is run, by `sh -c`. Throws RangeError for a nonce of another form or more than 2,500 assertions.
 */
export function compilePosixScript(checks: Check[], options: FactScriptOptions): string {
  const asked = askedWithinLimits(checks, options);
  const { nonce, previousBootId } = options;
  const types = [...new Set(asked.map(({ type }) => type))];
  return [
    '#!/bin/sh',
    `nonce=${nonce}`,
    leanFrame,
    'boot_id',
    ...(previousBootId === undefined ? [] : [unlessRestarted(previousBootId)]),
    'make_folder',
    writeFile('core', leanCore),
    ...types.map((type) => writeFile(`look-${type}`, leanSource(lookOf(type)?.source ?? ''))),
    'read_clock',
    'started=$now',
    `echo "imprimatur-facts $nonce"`,
    ...asked.flatMap((check, index) => [writeFile('check', checkScript(check)), runOf(check, index + 1)]),
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

const leanFrame = leanSource(frame);
const leanCore = leanSource(core);

/** How the main script is told to run a check: see frame.ts. */
function runOf(check: Check, number: number): string {
  const seconds = secondsOf(check);
  const grace = lookOf(check.type)?.graceSeconds ?? 0;
  const words = ['run', number, seconds + grace, check.retries, check.assertions.length, check.type];
  return [...words, ...(grace > 0 ? [seconds] : [])].join(' ');
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
function writeFile(name: string, content: string): string {
  const lines = new Set(content.split('\n'));
  let delimiter = 'END';
  while (lines.has(delimiter)) delimiter += '-';
  return `cat >"$dir/${name}" <<'${delimiter}'\n${content}\n${delimiter}`;
}
