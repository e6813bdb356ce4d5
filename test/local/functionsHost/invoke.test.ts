import { expect, test } from 'vitest';
import type { FunctionCallback, ProgrammingModel } from '../../../local/functionsHost/coreApi.ts';
import { createInvoker } from '../../../local/functionsHost/invoke.ts';
import type { LoadedApp, RegisteredFunction } from '../../../local/functionsHost/loadApp.ts';
import { ManualClock } from '../manualClock.ts';

const model: ProgrammingModel = {
  name: 'test',
  version: '1',
  getCapabilities: async (capabilities) => capabilities,
  getInvocationModel: () => ({
    getArguments: async () => ({ context: {}, inputs: [] }),
    invokeFunction: async (_context, _inputs, callback) => callback(),
    getResponse: async () => ({ outputData: [] }),
  }),
};
const app: LoadedApp = {
  folder: '/app',
  functions: [],
  model,
  appHookData: {},
  httpUri: undefined,
  hooks: () => [],
  terminate: async () => undefined,
};

function setUp(callback: FunctionCallback) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const trigger = { type: 'timerTrigger', direction: 'in' as const, name: 'timer' };
  const registered: RegisteredFunction = {
    metadata: { name: 'work', bindings: { timer: trigger } },
    trigger,
    callback,
  };
  const invoker = createInvoker({
    app,
    log: (level, _category, message) => lines.push(`${level} ${message}`),
    clock,
    timeoutMs: 60_000,
    onTimeout: () => lines.push('onTimeout'),
  });
  return { clock, lines, invoker, run: () => invoker.invoke(registered, { reason: 'Test', input: {} }) };
}

test('an invocation is logged with reason, outcome, id and duration', async () => {
  const finish = Promise.withResolvers<void>();
  const { clock, lines, run } = setUp(() => finish.promise);

  const running = run();
  await clock.advance(250);
  finish.resolve();
  await running;

  expect(lines[0]).toMatch(/^information Executing 'Functions\.work' \(Reason='Test', Id=[0-9a-f-]{36}\)$/);
  expect(lines[1]).toMatch(/^information Executed 'Functions\.work' \(Succeeded, Id=[0-9a-f-]{36}, Duration=250ms\)$/);
});

test('a function that outlives functionTimeout fails, and its worker is to be replaced', async () => {
  const { clock, lines, run } = setUp(() => new Promise(() => undefined));

  const outcome = expect(run()).rejects.toThrow('Timeout value of 60 s exceeded by function: Functions.work');
  await clock.advance(60_000);
  await outcome;

  expect(lines[1]).toContain('Failed');
  expect(lines[2]).toBe('onTimeout');
});

test('draining waits for what runs, up to its limit', async () => {
  const finish = Promise.withResolvers<void>();
  const { clock, invoker, run } = setUp(() => finish.promise);
  const running = run();
  await clock.advance(0);

  const cutOff = invoker.drain(1000);
  await clock.advance(1000);
  const waited = invoker.drain(1000);
  finish.resolve();
  await running;

  expect(await cutOff).toBe(1);
  expect(await waited).toBe(0);
});
