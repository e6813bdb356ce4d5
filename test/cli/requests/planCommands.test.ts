import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planCommands, requestCommands } from '../../../cli/requests/requestCommands.ts';
import { parseArgs } from '../parseArgs.ts';

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/corp/images/web/versions/1.0.0';
const image = id.slice(0, id.indexOf('/versions/'));

/** What the service was asked, and what it answers to a plan. */
let asked: unknown[];
let planned: object;
const api = {
  send: async (method: string, path: string, _: unknown, body: unknown) => {
    asked.push([method, path, body]);
    return planned;
  },
  get: async (path: string) => {
    asked.push(['GET', path]);
    if (path.startsWith('plans/')) return { text: ['ring 1 of 1, from now: westeurope'] };
    return path === 'images' ? { images: [{ id: image, open: ['2.0.0'] }] } : { versions: [] };
  },
};
vi.mock('../../../cli/api/connect.ts', async (original) => ({
  ...(await original<object>()),
  connect: async () => ({ api }),
}));

describe('imprimatur plan', () => {
  let printed: string[];
  beforeEach(() => {
    asked = [];
    printed = [];
    planned = { outcome: 'accepted', reason: 'out of latest', text: ['westeurope: 1.0.0 instead of 2.0.0'] };
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  const run = (args: string[]) =>
    parseArgs((program) => {
      planCommands(program.command('plan'));
      requestCommands(program);
    }, args);
  const commandsOf = (add: (program: Command) => void) => {
    const program = new Command();
    add(program);
    return program.commands.map((command) => command.name());
  };

  it('knows every request that has a plan', () => {
    expect(commandsOf(planCommands)).toEqual(['release', ...commandsOf(requestCommands)]);
  });

  it('shows what a request would change, asks for nothing, and says the same as its --plan', async () => {
    await run(['rollback', id, '--reason', 'leaks', '--region', 'westeurope', '--plan']);
    const byOption = { asked, printed };
    asked = [];
    printed = [];
    await run(['plan', 'rollback', id, '--reason', 'leaks', '--region', 'westeurope']);

    expect({ asked, printed }).toEqual(byOption);
    expect(asked).toEqual([['POST', 'plans', { kind: 'rollback', id, reason: 'leaks', regions: ['westeurope'] }]]);
    expect(printed).toEqual(['out of latest', '  westeurope: 1.0.0 instead of 2.0.0']);
  });

  it('prints the plan as JSON', async () => {
    await run(['plan', 'publish', id, '--reason', 'wanted', '--json']);

    expect(printed.map((text) => JSON.parse(text))).toEqual([planned]);
  });

  it('ends with 3 where the request would be refused', async () => {
    planned = { outcome: 'refused', reason: 'it did not pass', text: [] };

    await run(['plan', 'publish', id, '--reason', 'wanted']);

    expect(process.exitCode).toBe(3);
  });

  it('of a release shows what will happen by itself', async () => {
    await run(['plan', 'release', id]);

    expect(asked).toEqual([['GET', `plans/release?id=${encodeURIComponent(id)}`]]);
    expect(printed).toEqual(['ring 1 of 1, from now: westeurope']);
  });

  it('of a pause of everything says whom it would concern', async () => {
    await run(['plan', 'pause', '--all', '--reason', 'outage']);

    expect(asked).toEqual([
      ['GET', 'instance'],
      ['GET', 'images'],
    ]);
    expect(printed.at(-1)).toBe(`  ${image}: 2.0.0`);
  });

  it('of a retest of all that failed lists them', async () => {
    await run(['plan', 'retest', '--failed-since', '2026-11-22T08:00:00Z', '--reason', 'check file']);

    expect(asked).toEqual([['GET', 'retests?failedSince=2026-11-22T08:00:00.000Z']]);
    expect(printed.at(-1)).toBe('0 versions did not pass since 2026-11-22T08:00:00.000Z.');
  });

  it.each(['--yes', '--wait'])('refuses %s, as nothing is done', async (option) => {
    await expect(run(['plan', 'rollback', id, '--reason', 'leaks', option])).rejects.toThrow('unknown option');
    expect(asked).toEqual([]);
  });
});
