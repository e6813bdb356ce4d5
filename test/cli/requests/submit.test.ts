import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../../cli/api/apiClient.ts';
import { submit } from '../../../cli/requests/submit.ts';
import { timeoutOf } from '../../../cli/requests/waitFor.ts';

/** A service that gives these answers, one after the other, and the last one for ever. */
let answers: object[];
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  const [first] = answers;
  if (first && 'detail' in first) response.writeHead(409).end(JSON.stringify(first));
  else if (request.method === 'POST') response.end(JSON.stringify({ request: 'r', location: '/api/requests/r?id=i' }));
  else response.end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]));
});
const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: 0 }) };
const underWay = { outcome: 'accepted', reason: 'to be published', effect: { state: 'underWay', reason: 'ring 1' } };
const ended = (state: string) => ({ ...underWay, effect: { state, reason: 'the end' } });

describe('a request that is waited for', () => {
  let progress: string[];
  beforeEach(async () => {
    progress = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void progress.push(line));
    vi.spyOn(console, 'log').mockImplementation(() => {});
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
    await new Promise((resolve) => server.close(resolve));
  });
  const ask = async (given: object[], options: { wait?: boolean; timeout?: string }) => {
    answers = given;
    const { port } = server.address() as AddressInfo;
    await submit(new ApiClient(`http://127.0.0.1:${port}`, credential, 'api://imprimatur'), 'requests', {}, options);
    return process.exitCode;
  };

  it('ends with 0 once it has taken effect, and tells each step of the way once on standard error', async () => {
    const open = { outcome: 'open', reason: 'not looked at yet' };

    expect(await ask([open, underWay, underWay, ended('done')], { wait: true })).toBe(0);
    expect(progress).toEqual(['not looked at yet', 'ring 1']);
  });

  it('ends with 1 where it does not take effect any more', async () => {
    expect(await ask([ended('failed')], { wait: true })).toBe(1);
  });

  it('ends with 5 when the time is over', async () => {
    expect(await ask([underWay], { wait: true, timeout: '0s' })).toBe(5);
  });

  it('is refused with 3', async () => {
    await expect(ask([{ outcome: 'refused', reason: 'no' }], { wait: true })).rejects.toMatchObject({ exitCode: 3 });
  });

  it('is refused with 3 and the reason where the gallery is not that of the instance', async () => {
    const detail = 'it is owned by the instance green';

    await expect(ask([{ status: 409, detail }], {})).rejects.toMatchObject({ exitCode: 3, message: detail });
  });

  it('is not followed without --wait once it is decided', async () => {
    expect(await ask([underWay], {})).toBeUndefined();
    expect(progress).toEqual([]);
  });

  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['8h', 28_800_000],
  ])('for %s', (text, ms) => {
    expect(timeoutOf(text)).toBe(ms);
    expect(() => timeoutOf(`${text}x`)).toThrow('--timeout takes a time');
  });
});
