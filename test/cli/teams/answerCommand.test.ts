import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answerCommand } from '../../../cli/teams/answerCommand.ts';
import { parseArgs } from '../parseArgs.ts';

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/corp/images/web/versions/1.0.0';

let asked: unknown[];
const api = {
  send: async (...[method, path, , body]: unknown[]) => {
    asked.push([method, path, body]);
    return { request: 'r', location: '/api/requests/r' };
  },
  get: async () => ({ outcome: 'accepted', reason: 'noted' }),
};
vi.mock('../../../cli/api/connect.ts', async (original) => ({
  ...(await original<object>()),
  connect: async () => ({ api }),
}));

let folder: string;
beforeEach(async () => {
  asked = [];
  folder = await mkdtemp(join(tmpdir(), 'imprimatur-answer-'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => parseArgs(answerCommand, ['answer', 'web', id, ...args, '--reason', 'our tests']);

it('a team answers for a candidate', async () => {
  await run('abstain');

  expect(asked).toEqual([['POST', 'teams/web/answers', { id, answer: 'abstain', reason: 'our tests' }]]);
});

it.each(['junit', 'sarif'])('an answer takes evidence along: a link, a summary, a report in %s', async (format) => {
  const file = join(folder, 'report');
  await writeFile(file, 'what was found');
  await run('veto', '--link', 'https://ci.example/1', '--summary', '1 of 9 failed', `--${format}`, file);

  const evidence = {
    link: 'https://ci.example/1',
    summary: '1 of 9 failed',
    report: { format, content: 'what was found' },
  };
  expect(asked).toEqual([['POST', 'teams/web/answers', { id, answer: 'veto', reason: 'our tests', ...evidence }]]);
});

it('a report that cannot be read is named, and nothing is sent', async () => {
  const file = join(folder, 'missing.xml');

  await expect(run('approve', '--junit', file)).rejects.toThrow(`${file} cannot be read`);
  expect(asked).toEqual([]);
});
