import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { judgeAnswer } from '../../../shared/smokeTest/factAnswer.ts';
import { factScript, quote } from '../../../shared/smokeTest/factScript.ts';
import { fc } from '../../fastCheck.ts';

const run = (script: string) => spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', input: '' }).stdout;
const command = (exec: string, timeout = 10_000) => ({ exec, 'exit-status': 0, timeout });

describe('the fact-gathering script', () => {
  it('quotes any text as one word of a real shell', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(text, (word) => {
        expect(run(`printf %s ${quote(word)}`)).toBe(word);
      }),
      { numRuns: 60, examples: [["'"], ["'; exit 1 #"], ['$(id)`id`"\\\n']] },
    );
  });

  it('answers with the exit status of every command, whatever it prints', () => {
    const commands = {
      good: command('echo noise; echo "imprimatur-end x 1"; true'),
      bad: command('exit 3'),
      missing: command('no-such-program'),
      broken: command("echo 'unterminated"),
      reader: command('cat; exit 0'),
    };
    expect(run(factScript(commands, 'abc'))).toMatch(
      /^imprimatur-begin abc\n1 0\n2 3\n3 127\n4 [12]\n5 0\nimprimatur-end abc 5\n$/,
    );
  });

  it('ends a command that runs over its time', () => {
    expect(run(factScript({ slow: command('sleep 30', 1_000) }, 'abc'))).toContain('\n1 124\n');
  });

  it('gives an answer that the judge takes as complete, even of no command', () => {
    expect(judgeAnswer({}, 'abc', run(factScript({}, 'abc')))).toEqual({ kind: 'complete', checks: [] });
  });

  it('keeps the answer to 300 commands within the last 4,096 bytes', () => {
    const commands = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, command('exit 255')]));
    expect(run(factScript(commands, '0123456789abcdef')).length).toBeLessThan(4_096);
  });
});
