import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { Server } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type {
  Binding,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogLevel,
  ProgrammingModel,
} from './coreApi.ts';
import type { Log } from './log.ts';

/** One function as the app registered it. */
export interface RegisteredFunction {
  metadata: FunctionMetadata;
  trigger: Binding & { name: string };
  callback: FunctionCallback;
}

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';

/** The app in this process: what it registered, and its hooks. */
export interface LoadedApp {
  folder: string;
  functions: RegisteredFunction[];
  model: ProgrammingModel;
  /** Shared by all hooks, for the life of the app. */
  appHookData: object;
  /** Where the worker takes HTTP requests, when the app streams them. */
  httpUri: string | undefined;
  hooks(name: HookName): HookCallback[];
  terminate(): Promise<void>;
}

/** What the app sees as the version of worker and host. */
const workerVersion = '3.12.0';
export const hostVersion = '4.1045.0.0';

const hookNames: HookName[] = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'];

/**
 * Loads the app the way the Node worker does: gives it `@azure/functions-core`, runs the entry files, then the appStart
 * hooks, then asks for the capabilities. One app per process: the override of `require` cannot be taken back.
 */
export async function loadApp(entry: string, log: Log): Promise<LoadedApp> {
  const { folder, files, isModule } = findEntryFiles(entry);
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<string, HookCallback[]>(hookNames.map((name) => [name, []]));
  const appHookData = {};
  const startAndEndHookData = {};
  let model: ProgrammingModel | undefined;
  let started = false;

  const core = {
    version: workerVersion,
    hostVersion,
    Disposable,
    setProgrammingModel: (chosen: ProgrammingModel) => {
      model = chosen;
    },
    getProgrammingModel: () => model,
    log: (level: LogLevel, _category: string, message: string) => log(level, 'Worker', message),
    registerHook(name: string, callback: HookCallback) {
      const callbacks = hooks.get(name);
      if (!callbacks) throw new RangeError(`Unrecognized hook "${name}"`);
      callbacks.push(callback);
      return new Disposable(() => void callbacks.splice(callbacks.indexOf(callback), 1));
    },
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      if (started) throw new Error('A function can only be registered during app startup.');
      if (functions.has(metadata.name)) throw new Error(`The function "${metadata.name}" is registered twice.`);
      functions.set(metadata.name, { metadata, callback, trigger: findTrigger(metadata) });
      return new Disposable(() => void functions.delete(metadata.name));
    },
  };
  injectCore(core);

  for (const file of files) await loadScript(file, isModule, log);
  for (const hook of hooks.get('appStart') ?? []) {
    await hook({ hookData: startAndEndHookData, appHookData, functionAppDirectory: folder });
  }
  if (!model) throw new Error(`${files.join(', ')} registered no function: nothing there imports @azure/functions`);
  const capabilities = await listeningAlone(model.getCapabilities.bind(model));
  started = true;

  return {
    folder,
    functions: [...functions.values()],
    model,
    appHookData,
    httpUri: capabilities.HttpUri,
    hooks: (name) => hooks.get(name) ?? [],
    async terminate() {
      for (const hook of hooks.get('appTerminate') ?? []) await hook({ hookData: startAndEndHookData, appHookData });
    },
  };
}

/** The worker's own Disposable, part of the contract. */
class Disposable {
  readonly #release: () => void;
  constructor(release: () => void) {
    this.#release = release;
  }
  dispose(): void {
    this.#release();
  }
}

const packageJson = z.looseObject({ main: z.string().optional(), type: z.string().optional() });

function findEntryFiles(entry: string): { folder: string; files: string[]; isModule: boolean } {
  const path = resolve(entry);
  if (!existsSync(path)) throw new Error(`${path} does not exist: build the app first`);
  const isFile = statSync(path).isFile();
  const folder = isFile ? dirname(path) : path;
  const manifestFile = join(folder, 'package.json');
  const manifest = existsSync(manifestFile) ? packageJson.parse(JSON.parse(readFileSync(manifestFile, 'utf8'))) : {};
  const isModule = manifest.type === 'module';
  if (isFile) return { folder, files: [path], isModule };
  if (!manifest.main) throw new Error(`${manifestFile} names no "main"`);
  const files = globSync(manifest.main, { cwd: folder }).map((file) => join(folder, file));
  if (files.length === 0) throw new Error(`no file matches "main" of ${manifestFile}: ${manifest.main}`);
  return { folder, files: files.sort(), isModule };
}

async function loadScript(file: string, packageIsModule: boolean, log: Log): Promise<void> {
  try {
    const isModule = /\.m[jt]s$/.test(file) || (packageIsModule && !/\.c[jt]s$/.test(file));
    if (isModule) await import(pathToFileURL(file).href);
    else createRequire(import.meta.url)(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error) log('error', 'Worker', error.stack ?? reason);
    throw new Error(`Worker was unable to load entry point "${basename(file)}": ${reason}`, { cause: error });
  }
}

function injectCore(core: object): void {
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (target, self, args: [string]) =>
      args[0] === '@azure/functions-core' ? core : Reflect.apply(target, self, args),
  });
}

/**
 * Asks for the capabilities; an app that streams HTTP begins to listen then. Worker processes of one parent would share
 * that port, and a request would reach the wrong one: each listens alone, as workers in Azure do.
 */
async function listeningAlone(ask: ProgrammingModel['getCapabilities']): Promise<Record<string, string>> {
  const { listen } = Server.prototype;
  Server.prototype.listen = new Proxy(listen, {
    apply: (_, server, args: unknown[]) => Reflect.apply(listen, server, [{ port: 0, exclusive: true }, ...args]),
  });
  try {
    return await ask({ RawHttpBodyBytes: 'true', RpcHttpBodyOnly: 'true' });
  } finally {
    Server.prototype.listen = listen;
  }
}

function findTrigger({ name, bindings }: FunctionMetadata): RegisteredFunction['trigger'] {
  const found = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!found) throw new Error(`The function "${name}" has no trigger.`);
  return { ...found[1], name: found[0] };
}
