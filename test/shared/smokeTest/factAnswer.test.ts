import { describe, expect, it } from 'vitest';
import { judgeAnswer } from '../../../shared/smokeTest/factAnswer.ts';

const commands = {
  web: { exec: 'x', 'exit-status': 0, timeout: 10_000 },
  db: { exec: 'y', 'exit-status': 1, timeout: 10_000 },
};
const judge = (output: string) => judgeAnswer(commands, 'abc', output);

describe('the answer of the guest', () => {
  it.each([
    ['plain', 'imprimatur-begin abc\n1 0\n2 1\nimprimatur-end abc 2\n'],
    ['with carriage returns', 'imprimatur-begin abc\r\n1 0\r\n2 1\r\nimprimatur-end abc 2\r\n'],
    ['in another order', 'imprimatur-begin abc\n2 1\n1 0\nimprimatur-end abc 2'],
    ['within noise', 'motd\nimprimatur-begin abc\n1 0\n2 1\nimprimatur-end abc 2\nbye'],
  ])('is complete: %s', (_, output) => {
    expect(judge(output)).toEqual({
      kind: 'complete',
      checks: [
        { check: 'web', outcome: 'passed' },
        { check: 'db', outcome: 'passed' },
      ],
    });
  });

  it.each([
    ['empty', ''],
    ['cut at the front', '1 0\n2 1\nimprimatur-end abc 2'],
    ['cut at the end', 'imprimatur-begin abc\n1 0\n2 1\n'],
    ['of another run', 'imprimatur-begin xyz\n1 0\n2 1\nimprimatur-end xyz 2'],
    ['with a line missing', 'imprimatur-begin abc\n1 0\nimprimatur-end abc 2'],
    ['with a line twice', 'imprimatur-begin abc\n1 0\n1 0\n2 1\nimprimatur-end abc 2'],
    ['with noise inside', 'imprimatur-begin abc\n1 0\nboo\n2 1\nimprimatur-end abc 2'],
    ['to a command that was not sent', 'imprimatur-begin abc\n1 0\n3 1\nimprimatur-end abc 2'],
    ['to command zero', 'imprimatur-begin abc\n0 0\n1 0\nimprimatur-end abc 2'],
    ['with another count', 'imprimatur-begin abc\n1 0\n2 1\nimprimatur-end abc 3'],
    ['with an end before its begin', 'imprimatur-end abc 2\n1 0\n2 1\nimprimatur-begin abc'],
    ['with no status', 'imprimatur-begin abc\n1 \n2 1\nimprimatur-end abc 2'],
  ])('is unusable: %s', (_, output) => {
    expect(judge(output).kind).toBe('unusable');
  });

  it('fails a check whose status differs, and one that timed out whatever it expects', () => {
    const late = { late: { exec: 'x', 'exit-status': 124, timeout: 5 } };
    expect(judge('imprimatur-begin abc\n1 3\n2 1\nimprimatur-end abc 2')).toMatchObject({
      checks: [{ check: 'web', outcome: 'failed', detail: 'exit status 3, expected 0' }, { outcome: 'passed' }],
    });
    expect(judgeAnswer(late, 'abc', 'imprimatur-begin abc\n1 124\nimprimatur-end abc 1')).toMatchObject({
      checks: [{ outcome: 'failed' }],
    });
  });
});
