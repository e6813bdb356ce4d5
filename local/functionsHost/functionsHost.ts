import { inspect } from 'node:util';
import type { Clock } from '../clock.ts';
import { createAdminApi } from './adminApi.ts';
import { checkBindings } from './checkBindings.ts';
import { ServiceBusConnections } from './connections.ts';
import { createEasyAuth } from './easyAuth.ts';
import type { FunctionsHostOptions } from './functionsHostOptions.ts';
import { readHostJson } from './hostJson.ts';
import type { HostRequest, HostResponse } from './http.ts';
import { startHttpServer } from './httpServer.ts';
import { createInvoker } from './invoke.ts';
import { loadApp } from './loadApp.ts';
import { createLog, type Log } from './log.ts';
import type { Settings } from './settings.ts';
import { createEventGridTrigger } from './triggers/eventGridTrigger.ts';
import { createHttpTrigger } from './triggers/httpTrigger.ts';
import { startServiceBusTriggers } from './triggers/serviceBusTrigger.ts';
import { startTimerTriggers } from './triggers/timerTrigger.ts';
import { within } from './within.ts';

/** How long a stopping host waits for running functions. */
const drainLimitMs = 30_000;

/** A started host. */
export interface RunningFunctionsHost {
  url: string;
  functions: string[];
  /** Stops the triggers, lets running functions end (up to a limit), runs the appTerminate hooks. */
  stop(): Promise<void>;
}

/**
 * Loads the app and attaches its triggers, in this process. Once per process only: an app cannot be unloaded. `timers`
 * is false in all worker processes but one; `onTimeout` is called when a function outlives `functionTimeout`.
 */
export async function startFunctionsHost(
  options: FunctionsHostOptions,
  environment: { settings: Settings; clock: Clock; timers: boolean; onTimeout?: (() => void) | undefined },
): Promise<RunningFunctionsHost> {
  const { settings, clock } = environment;
  const hostJson = readHostJson(options.hostJson, settings);
  const log = stderrLog(options.log, hostJson.logging.logLevel.default, clock);
  surviveRejections(log);
  const app = await loadApp(options.entry, log);
  checkBindings(app.functions);

  const functions = app.functions.filter(({ metadata }) => !isDisabled(metadata.name, settings));
  const { keys, stateDir } = options;
  const { http, serviceBus } = hostJson.extensions;
  const invoker = createInvoker({
    app,
    log,
    clock,
    timeoutMs: hostJson.functionTimeout,
    onTimeout: environment.onTimeout,
  });
  const connections = new ServiceBusConnections(settings, serviceBus.clientRetryOptions);

  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    handle: createFrontDoor({
      easyAuth: createEasyAuth(options.auth),
      admin: createAdminApi({ functions, keys, clock, invoker }),
      eventGrid: createEventGridTrigger({ functions, keys, invoker, log }),
      http: createHttpTrigger({
        functions,
        routePrefix: http.routePrefix,
        keys,
        invoker,
        clock,
        workerUri: app.httpUri,
      }),
      homePage: settings.AzureWebJobsDisableHomepage?.toLowerCase() !== 'true',
    }),
  });
  const messages = await startServiceBusTriggers({ functions, connections, settings, serviceBus, invoker, clock, log });
  const timers = startTimerTriggers({
    functions: environment.timers ? functions : [],
    settings,
    stateDir,
    invoker,
    clock,
    log,
  });
  const names = functions.map(({ metadata }) => metadata.name);
  log('information', 'Host.Startup', `Job host started at ${server.url}: ${names.join(', ')}`);

  return {
    url: server.url,
    functions: names,
    async stop() {
      log('information', 'Host.Shutdown', 'Stopping: no new work is taken');
      timers.stop();
      const stopped = Promise.all([server.stop(), messages.stop()]);
      await within<unknown>(clock, drainLimitMs, stopped, () => undefined);
      const left = await invoker.drain(drainLimitMs);
      if (left > 0) log('warning', 'Host.Shutdown', `${left} invocations still run and are cut off`);
      await connections.close();
      await app.terminate();
      log('information', 'Host.Shutdown', 'Stopped');
    },
  };
}

/** The Service Bus client leaves rejections behind when a connection breaks: they must not end the host. */
function surviveRejections(log: Log): void {
  process.on('unhandledRejection', (reason) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : inspect(reason, { depth: 1 });
    log('error', 'Worker', `Unhandled rejection: ${text}`);
  });
}

/** `AzureWebJobs.<function>.Disabled`, or with underscores where dots are not allowed. */
function isDisabled(name: string, settings: Settings): boolean {
  const value = settings[`AzureWebJobs.${name}.Disabled`] ?? settings[`AzureWebJobs_${name}_Disabled`];
  return value?.toLowerCase() === 'true' || value === '1';
}

/** The order in which a request is looked at. */
function createFrontDoor(parts: {
  easyAuth: ReturnType<typeof createEasyAuth>;
  admin: ReturnType<typeof createAdminApi>;
  eventGrid: ReturnType<typeof createEventGridTrigger>;
  http: ReturnType<typeof createHttpTrigger>;
  homePage: boolean;
}): (request: HostRequest) => Promise<HostResponse> {
  return async (original) => {
    const decision = await parts.easyAuth(original);
    if ('answer' in decision) return decision.answer;
    const request = decision.pass;
    const path = request.url.pathname.toLowerCase();
    if (path.startsWith('/admin/')) return parts.admin(request);
    if (path === '/runtime/webhooks/eventgrid') return parts.eventGrid(request);
    const response = await parts.http(request);
    if (response) return response;
    if (path !== '/') return { status: 404 };
    return parts.homePage ? homePage : { status: 204 };
  };
}

const homePage: HostResponse = {
  status: 200,
  headers: [['content-type', 'text/html; charset=utf-8']],
  body: '<!DOCTYPE html><title>Functions</title><p>Your Functions app is up and running</p>',
};

function stderrLog(format: 'text' | 'json', minimum: Parameters<typeof createLog>[0]['minimum'], clock: Clock): Log {
  return createLog({
    format,
    minimum,
    now: () => clock.now(),
    write: (line) => void process.stderr.write(line),
    colours: process.stderr.isTTY === true,
  });
}
