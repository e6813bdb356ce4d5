import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replayCommands } from '../../../cli/teams/replayCommands.ts';
import { parseArgs } from '../parseArgs.ts';

const letter = { id: 'a1', at: '2026-11-24T08:00:00Z', type: 'published', subject: 'web/1.0.0', reason: '410 Gone' };

let asked: unknown[];
let answer: object;
const api = {
  send: async (...[method, path, , body]: unknown[]) => {
    asked.push([method, path, ...(body === undefined ? [] : [body])]);
    return answer;
  },
  get: async (path: string) => {
    asked.push(['GET', path]);
    return { deadLetters: [letter] };
  },
};
vi.mock('../../../cli/api/connect.ts', async (original) => ({
  ...(await original<object>()),
  connect: async () => ({ api }),
}));

describe('what a team missed', () => {
  let printed: string[];
  beforeEach(() => {
    asked = [];
    printed = [];
    answer = { id: 'a1' };
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(() => vi.restoreAllMocks());
  const run = (...args: string[]) => parseArgs(replayCommands, args);

  it('is listed, with the reason', async () => {
    await run('dead-letters', 'base images');

    expect(asked).toEqual([['GET', 'teams/base%20images/dead-letters']]);
    expect(printed.join('\n')).toMatch(/a1.*web\/1\.0\.0.*410 Gone/);
  });

  it.each([
    ['--replay', 'POST', 'a1 is on its way to web'],
    ['--drop', 'DELETE', 'a1 is dropped'],
  ])('is dealt with one by one: %s', async (option, method, said) => {
    await run('dead-letters', 'web', option, 'a1');

    expect(asked).toEqual([[method, 'teams/web/dead-letters/a1']]);
    expect(printed).toEqual([said]);
  });

  it('is either sent again or dropped', async () => {
    await expect(run('dead-letters', 'web', '--replay', 'a1', '--drop', 'a1')).rejects.toThrow('cannot be used with');
  });

  it('is sent again since an instant, and where it is more than one request does, how to go on', async () => {
    answer = { sent: 500, until: '2026-11-24T09:00:00.000Z' };
    await run('replay', 'web', '--since', '2026-11-22T08:00:00Z');

    expect(asked).toEqual([['POST', 'teams/web/replays', { since: '2026-11-22T08:00:00.000Z' }]]);
    expect(printed).toEqual([
      '500 announcements, as far as the filter of web lets them pass; there are more: go on with --since 2026-11-24T09:00:00.000Z',
    ]);
  });

  it('is not asked for since something that is no instant', async () => {
    await expect(run('replay', 'web', '--since', 'yesterday')).rejects.toThrow('yesterday is no instant');
    expect(asked).toEqual([]);
  });
});
