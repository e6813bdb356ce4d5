import { describe, expect, test } from 'vitest';
import type { CheckAnswer, FactValue, GuestFact } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { judgeChecks } from '../../../../shared/smokeTest/checkFile/judgeChecks.ts';
import { parseChecks } from './parse.ts';

const now = '2026-11-25T12:00:00.000Z';
const matches: GuestFact = { kind: 'matches' };
const unknown: GuestFact = { kind: 'unknown', reason: 'timed out' };
const differs = (value?: FactValue): GuestFact =>
  value === undefined ? { kind: 'differs' } : { kind: 'differs', value };
const value = (value: FactValue, cut = false): GuestFact => ({ kind: 'value', value, cut });

function judge(text: string, answers: (GuestFact[] | CheckAnswer)[], at = now) {
  const complete = answers.map((answer) => (Array.isArray(answer) ? { tries: 1, facts: answer } : answer));
  return judgeChecks({ checks: parseChecks(text) }, complete, at);
}

const nginx = 'service: {nginx: {title: nginx runs, enabled: true, running: true}}';

describe('a check passes when all that is asserted holds', () => {
  test('by what the guest compared', () => {
    expect(judge(nginx, [[matches, matches]])).toEqual([{ check: 'nginx runs', outcome: 'passed' }]);
  });

  test('by what is judged here, in the kind that the attribute has', () => {
    const text = `user: {root: {exists: {not: false}, uid: {lt: 1}, groups: {consist-of: [root]}, home: {have-prefix: /r}}}`;

    expect(judge(text, [[value('true'), value('0'), value('root\n'), value('/root')]])).toEqual([
      { check: 'user root', outcome: 'passed' },
    ]);
  });

  test('also when a number is written in another way', () => {
    expect(judge('kernel-param: {a: {value: 1}}', [[differs('1.0')]])[0]?.outcome).toBe('passed');
    expect(judge('kernel-param: {a: {value: 1}}', [[differs('2')]])[0]?.outcome).toBe('failed');
  });

  test('and is flaky when that took more than one try', () => {
    expect(judge(nginx, [{ tries: 3, facts: [matches, matches] }])).toEqual([
      { check: 'nginx runs', outcome: 'passed', tries: 3, flaky: true },
    ]);
  });
});

describe('a check fails', () => {
  test('with what was expected and what is there', () => {
    expect(judge(nginx, [[matches, differs(false)]])).toEqual([
      { check: 'nginx runs', outcome: 'failed', detail: 'running: expected true, got false' },
    ]);
  });

  test('also when the guest has no room for what is there', () => {
    expect(judge(nginx, [[differs(), matches]])[0]?.detail).toBe('enabled: expected true, got something else');
  });

  test('after all its tries, and is not flaky then', () => {
    expect(judge(nginx, [{ tries: 4, facts: [matches, differs(false)] }])).toEqual([
      { check: 'nginx runs', outcome: 'failed', tries: 4, detail: 'running: expected true, got false' },
    ]);
  });

  test('with three reasons at most, each of them short', () => {
    const text = 'command: {x: {exit-status: 0, stdout: [a, b, c, d]}}';
    const answer = [differs('1'), ...Array.from({ length: 4 }, () => differs('y'.repeat(70_000)))];
    const detail = judge(text, [answer])[0]?.detail ?? '';

    expect(detail).toMatch(
      /^exit-status: expected 0, got 1; stdout: expected a line with "a", got "y+…; stdout: .*; 2 more$/,
    );
    expect(detail.length).toBeLessThan(700);
  });
});

describe('nothing passes that is not known', () => {
  test.each<[string, (GuestFact[] | CheckAnswer)[], string]>([
    ['one fact is unknown', [[matches, unknown]], 'running: timed out'],
    ['there is no answer', [], 'the guest gave no answer'],
    ['an answer has too few facts', [[matches]], 'the guest gave no answer'],
    ['an answer has too many facts', [[matches, matches, matches]], 'the guest gave no answer'],
    ['an answer has no facts', [[]], 'the guest gave no answer'],
  ])('%s', (_, answers, detail) => {
    expect(judge(nginx, answers)).toEqual([{ check: 'nginx runs', outcome: 'unknown', detail }]);
  });

  test('one fact is unknown and another fails', () => {
    expect(judge(nginx, [[unknown, differs(false)]])).toEqual([
      { check: 'nginx runs', outcome: 'unknown', detail: 'enabled: timed out; running: expected true, got false' },
    ]);
  });

  test('only the beginning came back of what has to be judged', () => {
    const text = 'command: {x: {exit-status: 0, stdout: ["!error"]}}';

    expect(judge(text, [[matches, value('all is we', true)]])).toEqual([
      {
        check: 'command x',
        outcome: 'unknown',
        detail: 'stdout: expected no line with "error"; only the beginning of the value came back',
      },
    ]);
    expect(judge(text, [[matches, value('error: all is', true)]])[0]?.outcome).toBe('failed');
  });
});

describe('of what is not there nothing else is looked at, as in goss', () => {
  const absent = 'file: {/x: {exists: false, mode: "0644", contents: [a]}}';
  const present = 'file: {/x: {exists: true, mode: "0644"}}';

  test('so that absence is enough where it is asserted', () => {
    expect(judge(absent, [[matches, unknown, differs('')]])).toEqual([{ check: 'file /x', outcome: 'passed' }]);
    expect(judge('file: {/x: {exists: {equal: false}, mode: "0644"}}', [[value('false'), unknown]])[0]?.outcome).toBe(
      'passed',
    );
  });

  test('and is the one reason where it is not', () => {
    expect(judge(present, [[differs(false), unknown]])).toEqual([
      { check: 'file /x', outcome: 'failed', detail: 'exists: expected true, got false' },
    ]);
  });

  test('but all counts where it is there, or nobody knows', () => {
    expect(judge(absent, [[differs(true), matches, matches]])[0]?.outcome).toBe('failed');
    expect(judge(present, [[matches, differs('0600')]])[0]?.outcome).toBe('failed');
    expect(judge(present, [[unknown, matches]])[0]?.outcome).toBe('unknown');
  });
});

describe('known issues', () => {
  const known = `service:
  nginx: {running: true, meta: {known-issue: {ticket: OPS-7, expires: 2026-11-25}}}
`;

  test('do not gate until the end of their last day in UTC', () => {
    const result = {
      check: 'service nginx',
      outcome: 'knownIssue',
      ticket: 'OPS-7',
      detail: 'running: expected true, got false',
    };

    expect(judge(known, [[differs(false)]], '2026-11-25T23:59:59.999Z')).toEqual([result]);
    expect(judge(known, [[differs(false)]], '2026-11-26T00:00:00.000Z')).toEqual([
      { ...result, outcome: 'failed', detail: 'running: expected true, got false; known as OPS-7 until 2026-11-25' },
    ]);
  });

  test('may also keep the check from being answered', () => {
    expect(judge(known, [[unknown]])[0]?.outcome).toBe('knownIssue');
    expect(judge(known, [[unknown]], '2026-11-26T00:00:00.000Z')[0]?.outcome).toBe('unknown');
  });

  test('are none when the check passes', () => {
    expect(judge(known, [[matches]])).toEqual([{ check: 'service nginx', outcome: 'passed' }]);
  });
});

test('what is skipped and what needs no guest keep their place, and take no answer', () => {
  const text = `service:
  a: {running: true}
  b: {running: true, skip: true}
matching:
  good: {content: {a: 1}, matches: {have-key: a}}
  bad: {content: [1, 2], matches: {have-len: 3}}
  off: {content: 1, matches: 2, skip: true}
process:
  c: {running: true}
`;

  expect(judge(text, [[matches], [differs(false)]])).toEqual([
    { check: 'service a', outcome: 'passed' },
    { check: 'service b', outcome: 'skipped' },
    { check: 'matching good', outcome: 'passed' },
    { check: 'matching bad', outcome: 'failed', detail: 'content: expected a length of 3, got [1,2]' },
    { check: 'matching off', outcome: 'skipped' },
    { check: 'process c', outcome: 'failed', detail: 'running: expected true, got false' },
  ]);
});
