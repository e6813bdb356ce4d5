import { expect, it } from 'vitest';
import { HostLog } from '../../../bench/recording/hostLog.ts';
import { createInvoker } from '../../../local/functionsHost/invoke.ts';
import { createLog } from '../../../local/functionsHost/log.ts';

it('reads from the lines of the host when which function ran, and for which messages', async () => {
  const hostLog = new HostLog();
  let now = Date.parse('2026-11-28T10:00:00.000Z');
  const clock = { now: () => now, after: () => () => undefined };
  const write = (lines: string) => {
    for (const line of lines.trimEnd().split('\n')) hostLog.read(line);
  };
  const log = createLog({ format: 'text', minimum: 'information', now: clock.now, write, colours: false });
  const model = {
    getInvocationModel: () => ({
      getArguments: async () => ({ context: {}, inputs: [] }),
      invokeFunction: async () => {
        now += 250;
      },
      getResponse: async () => ({}),
    }),
  };
  const app = { model, hooks: () => [], appHookData: {} } as unknown as Parameters<typeof createInvoker>[0]['app'];
  const invoker = createInvoker({ app, log, clock, timeoutMs: Number.POSITIVE_INFINITY });
  const registered = {
    metadata: { name: 'auditIndex', bindings: {} },
    trigger: { name: 'm', type: 'serviceBusTrigger', direction: 'in' },
    callback: () => undefined,
  } as unknown as Parameters<typeof invoker.invoke>[0];

  await invoker.invoke(registered, { reason: '(null) MessageIds: a, b', input: {} });

  expect(hostLog.invocations).toEqual([
    {
      name: 'auditIndex',
      from: Date.parse('2026-11-28T10:00:00.000Z'),
      to: Date.parse('2026-11-28T10:00:00.250Z'),
      messageIds: ['a', 'b'],
    },
  ]);
});
