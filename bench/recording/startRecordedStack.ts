import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Stack, StackOptions } from '../../local/stack/startStack.ts';
import { startTestStack } from '../../test/e2e/testStack.ts';
import { HostLog, type Invocation } from './hostLog.ts';
import { type Message, readMessages } from './readMessages.ts';

const root = resolve(import.meta.dirname, '../..');

const request = z.object({
  method: z.string(),
  port: z.string(),
  path: z.string(),
  status: z.number(),
  from: z.number(),
  to: z.number(),
  /** Of a 429: how long Azure grants none. */
  retryAfterMs: z.number().optional(),
});

/** A request of the service, with what it was sent to; instants in milliseconds of the stack's clock. */
export type ServiceRequest = Omit<z.infer<typeof request>, 'port'> & { to: number; target: 'arm' | 'blob' | 'other' };

export interface Recording {
  requests: ServiceRequest[];
  invocations: Invocation[];
  messages: Message[];
}

export interface RecordedStack extends Stack {
  /** The process of the worker, host and all. */
  workerPid: number;
  /** What the service did so far. */
  record(): Promise<Recording>;
}

/** Local Azure and the built app, with all that the app asks of Azure written down. */
export async function startRecordedStack(name: string, options: Partial<StackOptions>): Promise<RecordedStack> {
  const folder = join(root, '.local', name);
  const hostLog = new HostLog();
  const preloads = ['local/compressedTime.ts', 'bench/recording/recordRequests.ts'];
  const requestFile = join(folder, 'requests.jsonl');
  const stack = await startTestStack(name, {
    ...options,
    appSettings: {
      ...options.appSettings,
      NODE_OPTIONS: preloads.map((file) => `--import ${join(root, file)}`).join(' '),
      BENCH_REQUESTS: requestFile,
    },
    log: (part, line) => {
      if (part === 'functionsHost') hostLog.read(line);
    },
  });
  const { pid: workerPid } = stack.functionsHost;
  if (workerPid === undefined) throw new Error('the Functions host does not run');
  const ports = { arm: new URL(stack.endpoints.arm).port, blob: new URL(stack.endpoints.blob).port };
  return {
    ...stack,
    workerPid,
    async record() {
      const lines = (await readFile(requestFile, 'utf8')).split('\n').slice(0, -1);
      const requests = lines.map((line) => {
        const { port, ...of } = request.parse(JSON.parse(line));
        return { ...of, target: port === ports.arm ? 'arm' : port === ports.blob ? 'blob' : 'other' } as const;
      });
      const messages = await readMessages(join(folder, 'serviceBus.journal'));
      return { requests, invocations: [...hostLog.invocations], messages };
    },
  };
}
