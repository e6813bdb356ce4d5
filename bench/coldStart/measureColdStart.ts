import { join, resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { appSettings } from '../../local/stack/appSettings.ts';
import { type Endpoints, serviceBusConnectionString } from '../../local/stack/endpoints.ts';
import { gallery, hostKeys, resourceGroup, subscriptionId } from '../../local/stack/names.ts';
import { startPart } from '../../local/stack/partProcess.ts';
import { definitionKey } from '../../shared/domain/ids.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../../shared/domain/wakeUps.ts';
import { startTestStack } from '../../test/e2e/testStack.ts';
import { type Metric, summarise } from '../metric.ts';
import type { Report } from '../report.ts';
import { type Apps, makeApps } from './makeApps.ts';

const starts = 5;
const root = resolve(import.meta.dirname, '../..');
const stepEnded = "Executed 'Functions.publicationSteps' (Succeeded";

interface Start {
  functions: string;
  registeredMs: number;
  firstMessageMs: number;
}

/** The apps in turn, so that a busy moment of the machine meets them all. */
export async function measureColdStart({ say }: Report): Promise<Metric[]> {
  const apps = await makeApps(join(root, '.local/bench-apps'));
  const stack = await startTestStack('bench-cold-start', { speed: 1, teams: [] });
  try {
    await stack.functionsHost.stop();
    const seen: Record<keyof Apps, Start[]> = { empty: [], bundle: [], unbundled: [] };
    for (let number = 1; number <= starts; number += 1)
      for (const app of ['empty', 'bundle', 'unbundled'] as const)
        seen[app].push(await startOnce(stack.endpoints, apps[app], `${app} ${number}`));
    say(`${starts} starts of each app`);
    return metricsOf(seen);
  } finally {
    await stack.stop();
  }
}

function metricsOf(seen: Record<keyof Apps, Start[]>): Metric[] {
  const functions = new Set(Object.values(seen).flatMap((ofApp) => ofApp.map((start) => start.functions)));
  if (functions.size !== 1) throw new Error(`the apps have different functions: ${[...functions].join(' and ')}`);
  const registered = (app: keyof Apps) => seen[app].map(({ registeredMs }) => registeredMs);
  const firstMessage = (app: keyof Apps) => seen[app].map(({ firstMessageMs }) => firstMessageMs);
  return [
    summarise('cold start: bundle, functions registered', 'ms', registered('bundle'), {
      rival: registered('empty'),
      limit: 1.25,
    }),
    summarise('cold start: bundle, first message', 'ms', firstMessage('bundle'), { rival: firstMessage('empty') }),
    summarise('cold start: unbundled, functions registered', 'ms', registered('unbundled'), {
      rival: registered('empty'),
    }),
    summarise('cold start: unbundled, first message', 'ms', firstMessage('unbundled'), {
      rival: firstMessage('empty'),
    }),
  ];
}

async function startOnce(endpoints: Endpoints, entry: string, cause: string): Promise<Start> {
  await wake(endpoints, cause);
  const ended = Promise.withResolvers<number>();
  const begin = performance.now();
  const host = await startPart({
    name: 'functionsHost',
    main: join(root, 'local/functionsHost/main.ts'),
    options: {
      entry,
      hostJson: join(root, 'host.json'),
      port: 0,
      keys: hostKeys,
      stateDir: join(root, '.local/bench-cold-start/functionsHost'),
    },
    env: {
      ...appSettings(endpoints, '2026-11-22T08:00:00.000Z'),
      NODE_EXTRA_CA_CERTS: endpoints.caFile,
      NODE_DISABLE_COMPILE_CACHE: '1',
    },
    log: (line) => {
      if (line.includes(stepEnded)) ended.resolve(performance.now() - begin);
    },
  });
  const registeredMs = performance.now() - begin;
  try {
    return { functions: String(host.ready.functions), registeredMs, firstMessageMs: await ended.promise };
  } finally {
    await host.stop();
  }
}

/** Puts a wake-up of an image definition in the queue, as a timer would. */
async function wake(endpoints: Endpoints, cause: string): Promise<void> {
  const definition = { subscriptionId, resourceGroup, gallery, image: 'ubuntu-2404' };
  const wakeUp: WakeUp = { schema: wakeUpSchema, key: definitionKey(definition), definition, cause, retry: 0 };
  const client = new ServiceBusClient(serviceBusConnectionString(endpoints));
  try {
    const message = { body: wakeUp, messageId: wakeUpId(wakeUp), sessionId: wakeUp.key };
    await client.createSender('publications').sendMessages(message);
  } finally {
    await client.close();
  }
}
