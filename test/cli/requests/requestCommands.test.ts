import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestCommands } from '../../../cli/requests/requestCommands.ts';
import { parseArgs } from '../parseArgs.ts';

const image = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/corp/images/web';
const version = `${image}/versions/1.0.0`;
const reason = 'wanted';

/** What the service was asked to do; a plan is asked for first. */
let asked: unknown[];
let planned: { outcome: string; reason: string; text: string[] };
const api = {
  send: async (method: string, path: string, _: unknown, body: unknown) => {
    asked.push([method, path, body]);
    return path === 'plans' ? planned : { request: 'r', location: '/api/requests/r' };
  },
  get: async () => ({ outcome: 'accepted', reason: 'done' }),
};
vi.mock('../../../cli/api/connect.ts', async (original) => ({
  ...(await original<object>()),
  connect: async () => ({ api }),
}));

describe('a command that asks for something', () => {
  beforeEach(() => {
    asked = [];
    planned = { outcome: 'accepted', reason: 'may be', text: [] };
    vi.spyOn(console, 'log').mockImplementation(() => {});
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  const run = (...args: string[]) => parseArgs(requestCommands, [...args, '--reason', reason]);

  it.each([
    [['publish', version], { kind: 'publish', id: version, reason }],
    [['approve', version], { kind: 'approve', id: version, reason }],
    [['veto', version], { kind: 'veto', id: version, reason }],
    [
      ['rollback', version, '--region', 'westeurope', '--region', 'uksouth', '--yes'],
      { kind: 'rollback', id: version, reason, regions: ['westeurope', 'uksouth'] },
    ],
    [['quarantine', version, '--yes'], { kind: 'quarantine', id: version, reason }],
    [['lift', version], { kind: 'lift', id: version, reason }],
    [['expedite', version, '--ticket', 'INC-1'], { kind: 'expedite', id: version, reason, ticket: 'INC-1' }],
    [['override', version, '--ticket', 'INC-1'], { kind: 'override', id: version, reason, ticket: 'INC-1' }],
    [['retest', version], { kind: 'retest', id: version, reason }],
    [['announce', version], { kind: 'announce', id: version, reason }],
    [['pause', image], { kind: 'pause', id: image, reason }],
    [['resume', image], { kind: 'resume', id: image, reason }],
  ])('%j makes its request, after its plan', async (args, body) => {
    await run(...args);

    expect(asked).toEqual([
      ['POST', 'plans', body],
      ['POST', 'requests', body],
    ]);
  });

  it.each(['rollback', 'quarantine'])('%s only shows its plan without --yes', async (kind) => {
    await run(kind, version);

    expect(asked).toEqual([['POST', 'plans', { kind, id: version, reason }]]);
  });

  it('ends with 3, and makes no request, where its plan is refused', async () => {
    planned = { outcome: 'refused', reason: 'it did not pass', text: [] };
    await run('publish', version);

    expect(asked).toHaveLength(1);
    expect(process.exitCode).toBe(3);
  });

  it.each(['expedite', 'override'])('%s takes a ticket', async (kind) => {
    await expect(run(kind, version)).rejects.toThrow("required option '--ticket <id>' not specified");
  });
});
