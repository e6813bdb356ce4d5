import type { SmokeTestPolicy } from '../domain/policy.ts';

type Commands = SmokeTestPolicy['command'];

/**
 * The POSIX sh script that runs every command of the policy in the guest and prints one line for each: its number and
 * its exit status. The frame of begin and end line with the nonce proves that an answer is ours and complete; 300
 * commands stay below the 4,096 bytes that a run command returns. Nothing is judged in the guest.
 */
export function factScript(commands: Commands, nonce: string): string {
  const facts = Object.values(commands).map(({ exec, timeout }, index) => {
    const seconds = Math.max(1, Math.ceil(timeout / 1000));
    return `fact ${index + 1} ${seconds} ${quote(exec)}`;
  });
  return [
    ...preamble,
    `echo ${quote(`imprimatur-begin ${nonce}`)}`,
    ...facts,
    `echo ${quote(`imprimatur-end ${nonce} ${facts.length}`)}`,
    '',
  ].join('\n');
}

/** One shell word, whatever the text holds: inside single quotes only the single quote itself has a meaning. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const preamble = [
  '#!/bin/sh',
  'fact() {',
  '  if command -v timeout >/dev/null 2>&1; then',
  '    timeout "$2" sh -c "$3" >/dev/null 2>&1 </dev/null',
  '  else',
  '    sh -c "$3" >/dev/null 2>&1 </dev/null',
  '  fi',
  '  echo "$1 $?"',
  '}',
];
