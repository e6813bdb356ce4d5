import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { CoreInvocationContext, InvocationResponse, LogLevel, RpcTypedData } from './coreApi.ts';
import type { LoadedApp, RegisteredFunction } from './loadApp.ts';
import type { Log } from './log.ts';
import { within } from './within.ts';

/** What a trigger hands to a function. */
export interface Trigger {
  /** Why the function runs, for the log. */
  reason: string;
  /** Where something else has to know it too. */
  invocationId?: string;
  input: RpcTypedData;
  metadata?: Record<string, RpcTypedData>;
  traceParent?: string | undefined;
}

/** Runs functions: hooks around them, log lines before and after, a limit on their time. */
export interface Invoker {
  /** Rejects with what the function threw, or when it takes longer than `functionTimeout`. */
  invoke(registered: RegisteredFunction, trigger: Trigger): Promise<InvocationResponse>;
  /** Resolves once nothing runs any more, or after the limit; tells how many still run. */
  drain(limitMs: number): Promise<number>;
}

class FunctionTimeoutError extends Error {
  override readonly name = 'FunctionTimeoutError';
}

export function createInvoker(options: {
  app: LoadedApp;
  log: Log;
  clock: Clock;
  timeoutMs: number;
  /** A function that outlived its time still runs: only a new process ends it. */
  onTimeout?: (() => void) | undefined;
}): Invoker {
  const { app, log, clock, timeoutMs } = options;
  const running = new Set<Promise<unknown>>();

  async function invoke(registered: RegisteredFunction, trigger: Trigger): Promise<InvocationResponse> {
    const id = trigger.invocationId ?? randomUUID();
    const { name } = registered.metadata;
    const fields = { functionName: name, invocationId: id };
    const startedAt = clock.now();
    log(
      'information',
      `Function.${name}`,
      `Executing 'Functions.${name}' (Reason='${trigger.reason}', Id=${id})`,
      fields,
    );
    const execution = runWithHooks(app, registered, trigger, id, log);
    running.add(execution);
    execution.catch(() => undefined).finally(() => running.delete(execution));
    try {
      const response = await (timeoutMs === Number.POSITIVE_INFINITY
        ? execution
        : within(clock, timeoutMs, execution, () => timedOut(name, timeoutMs)));
      log('information', `Function.${name}`, executed('Succeeded'), fields);
      return response;
    } catch (error) {
      log('error', `Function.${name}`, `${executed('Failed')}\n${describe(error)}`, fields);
      if (error instanceof FunctionTimeoutError) options.onTimeout?.();
      throw error;
    }

    function executed(outcome: 'Succeeded' | 'Failed'): string {
      return `Executed 'Functions.${name}' (${outcome}, Id=${id}, Duration=${clock.now() - startedAt}ms)`;
    }
  }

  return {
    invoke,
    async drain(limitMs) {
      await within<unknown>(clock, limitMs, Promise.allSettled(running), () => undefined);
      return running.size;
    },
  };
}

/** The worker's invocation: arguments, preInvocation hooks, function, postInvocation hooks, response. */
async function runWithHooks(
  app: LoadedApp,
  { metadata, trigger: { name: bindingName }, callback }: RegisteredFunction,
  trigger: Trigger,
  invocationId: string,
  log: Log,
): Promise<InvocationResponse> {
  const core: CoreInvocationContext = {
    invocationId,
    metadata,
    request: {
      invocationId,
      functionId: metadata.name,
      inputData: [{ name: bindingName, data: trigger.input }],
      triggerMetadata: trigger.metadata ?? {},
      traceContext: { traceParent: trigger.traceParent ?? newTraceParent(), traceState: '', attributes: {} },
    },
    log: (level, category, message) => writeFunctionLog(level, category, message),
  };
  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: app.appHookData, invocationContext: context };

  const before = { ...shared, functionCallback: callback, inputs };
  await runHooks('preInvocation', before);
  const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
  try {
    core.state = 'invocation';
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }
  await runHooks('postInvocation', after);
  if (after.error instanceof Error) throw after.error;
  return model.getResponse(context, after.result);

  async function runHooks(name: 'preInvocation' | 'postInvocation', hookContext: object): Promise<void> {
    core.state = `${name}Hooks`;
    for (const hook of app.hooks(name)) await hook(hookContext);
    core.state = undefined;
  }

  function writeFunctionLog(level: LogLevel, category: 'user' | 'system', message: string): void {
    const entry = { hookData: {}, appHookData: app.appHookData, level, category, message, invocationContext: context };
    for (const hook of app.hooks('log')) hook(entry);
    const suffix = category === 'user' ? '.User' : '';
    log(entry.level, `Function.${metadata.name}${suffix}`, entry.message, {
      functionName: metadata.name,
      invocationId,
    });
  }
}

function timedOut(name: string, timeoutMs: number): never {
  throw new FunctionTimeoutError(`Timeout value of ${timeoutMs / 1000} s exceeded by function: Functions.${name}`);
}

function newTraceParent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
