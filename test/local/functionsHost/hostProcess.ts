import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const readyLine = z.object({ ready: z.literal(true), url: z.string(), functions: z.array(z.string()) });
const keys = { master: 'master-key', function: 'function-key', eventGrid: 'event-grid-key' };

/** A functions host running as a process of its own. */
export interface HostProcess {
  url: string;
  functions: string[];
  pid: number;
  stateDir: string;
  /** Resolves with the first log line, old or new, that matches; rejects when the host ends without one. */
  logged(pattern: RegExp): Promise<string>;
  log(): string;
  /** Sends a signal and resolves with the exit code, or the signal's name. */
  end(signal?: NodeJS.Signals): Promise<number | string>;
}

const started: { child: ChildProcess; folder: string }[] = [];

/** Starts the host on a fixture; `hostJson` are its `extensions`. */
export async function startHostProcess(
  fixture: string,
  options: {
    extensions?: object;
    env?: Record<string, string>;
    stateDir?: string;
    [option: string]: unknown;
  } = {},
): Promise<HostProcess> {
  const { extensions = {}, env = {}, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'functions-host-'));
  const hostJson = join(folder, 'host.json');
  writeFileSync(hostJson, JSON.stringify({ version: '2.0', extensions }));
  const stateDir = options.stateDir ?? join(folder, 'state');
  const entry = resolve('test/local/functionsHost/fixtures', fixture);
  const json = JSON.stringify({ entry, hostJson, port: 0, keys, ...rest, stateDir });
  const child = spawn('node_modules/.bin/node', ['local/functionsHost/main.ts', json], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push({ child, folder });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  // Not at 'exit': what it said last may still be on its way then.
  const ended = new Promise<number | string>((done) =>
    child.once('close', (code, signal) => done(signal ?? code ?? 0)),
  );
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  const first = new Promise<string>((done, failed) => {
    createInterface({ input: child.stdout }).once('line', done);
    void ended.then((code) => failed(new Error(`the host ended (${code}): ${lines.join('\n')}`)));
  });
  const { url, functions } = readyLine.parse(JSON.parse(await first));
  return {
    url,
    functions,
    pid: child.pid ?? 0,
    stateDir,
    log: () => lines.join('\n'),
    logged: (pattern) =>
      new Promise((done, failed) => {
        void ended.then((code) => failed(new Error(`the host ended (${code}): ${lines.join('\n')}`)));
        const check = () => {
          const line = lines.find((text) => pattern.test(text));
          if (line === undefined) return;
          waiting.delete(check);
          done(line);
        };
        waiting.add(check);
        check();
      }),
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Ends what is left of the started processes; for afterEach or afterAll. */
export async function cleanUpHostProcesses(): Promise<void> {
  for (const { child, folder } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
