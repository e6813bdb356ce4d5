import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface PartOptions {
  name: string;
  /** Entry file and its options, handed over as JSON. */
  main: string;
  options: object;
  env?: Record<string, string>;
  log(line: string): void;
}

/** One part of the stack as a process, which can be killed and started again with the same options. */
export interface PartProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** The line that the part printed when it was up. */
  readonly ready: Record<string, unknown>;
  stop(): Promise<void>;
  /** SIGKILL: nothing is saved, nothing is said. */
  kill(): Promise<void>;
  restart(options?: object): Promise<void>;
}

const stopLimitMs = 10_000;

/** Starts the process and waits until it says that it is up. Rejects with what it said last when it ends before that. */
export async function startPart(part: PartOptions): Promise<PartProcess> {
  let running = await launch(part, part.options);
  return {
    name: part.name,
    get pid() {
      return running.child.pid;
    },
    get ready() {
      return running.ready;
    },
    stop: () => end(running.child, 'SIGTERM'),
    kill: () => end(running.child, 'SIGKILL'),
    async restart(options = part.options) {
      running = await launch(part, options);
    },
  };
}

async function launch(
  part: PartOptions,
  options: object,
): Promise<{ child: ChildProcess; ready: Record<string, unknown> }> {
  const child = spawn(process.execPath, [part.main, JSON.stringify(options)], {
    env: { ...process.env, ...part.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.splice(0, Math.max(0, last.length - 20));
    last.push(line);
    part.log(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not at 'exit': its last words may still be on their way then.
    child.once('close', (code) =>
      reject(new Error(`${part.name} ended (${code ?? 'killed'}) before it was up:\n${last.join('\n')}`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = parseReady(line);
      if (ready) resolve({ child, ready });
      else part.log(line);
    });
  });
}

function parseReady(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{"ready":true')) return undefined;
  const parsed: unknown = JSON.parse(line);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(signal);
  });
}
