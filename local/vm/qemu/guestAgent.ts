import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type ZodType, z } from 'zod';
import type { Clock } from '../../clock.ts';
import { JsonLines } from './jsonLines.ts';

/** How long an agent may take for one answer. None of the requests here waits for anything in the guest. */
const answerLimitMs = 60_000;
/** From here on a stale half of a request is dropped by the agent (QEMU guest agent protocol reference). */
const sentinel = Buffer.from([0xff]);

const answer = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ class: z.string(), desc: z.string() }) }),
]);

export interface ExecStatus {
  exited: boolean;
  exitCode?: number | undefined;
  stdout: string;
  stderr: string;
}

const execStatus = z
  .object({
    exited: z.boolean(),
    exitcode: z.int().optional(),
    signal: z.int().optional(),
    'out-data': z.base64().default(''),
    'err-data': z.base64().default(''),
  })
  .transform(
    ({ exited, exitcode, signal, 'out-data': out, 'err-data': err }): ExecStatus => ({
      exited,
      // As a shell shows it: a program that a signal ended has no exit code of its own.
      exitCode: exitcode ?? (signal === undefined ? undefined : 128 + signal),
      stdout: Buffer.from(out, 'base64').toString(),
      stderr: Buffer.from(err, 'base64').toString(),
    }),
  );

/** The agent, or its guest, is gone, or so slow that it counts as gone. */
export class AgentSilent extends Error {}

/** The QEMU guest agent at the other end of a virtio serial port. Everything that it sends is the guest's word. */
export class GuestAgent {
  readonly #lines: JsonLines;
  readonly #clock: Clock;
  #receive: ((message: unknown) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(stream: Duplex, clock: Clock) {
    this.#clock = clock;
    this.#lines = new JsonLines(stream, (message) => this.#receive?.(message));
  }

  /** Resolves when the agent answers to this very request; rejects after `limitMs` on the clock. */
  synchronise(limitMs: number, signal: AbortSignal): Promise<void> {
    const id = randomInt(1, 2 ** 31);
    const request = { execute: 'guest-sync-delimited', arguments: { id } };
    const accept = (message: unknown) => z.object({ return: z.literal(id) }).safeParse(message).success;
    return this.#inTurn(() => this.#exchange(request, accept, limitMs, signal, sentinel)).then(() => undefined);
  }

  /** Starts a program and returns its process id; `input` is its standard input, `env` its whole environment. */
  async start(path: string, args: string[], input: string, env: string[], signal: AbortSignal): Promise<number> {
    const request = {
      path,
      arg: args,
      env,
      'input-data': Buffer.from(input).toString('base64'),
      'capture-output': true,
    };
    const { pid } = await this.#ask('guest-exec', request, z.object({ pid: z.int().positive() }), signal);
    return pid;
  }

  /** How a program does; its output is there once it has ended, and only once. */
  status(pid: number, signal: AbortSignal): Promise<ExecStatus> {
    return this.#ask('guest-exec-status', { pid }, execStatus, signal);
  }

  /** Asks the guest to switch itself off. There is no answer when it does. */
  shutDown(): void {
    this.#lines.send({ execute: 'guest-shutdown', arguments: { mode: 'powerdown' } });
  }

  async #ask<T>(execute: string, args: object, schema: ZodType<T>, signal: AbortSignal): Promise<T> {
    const request = { execute, arguments: args };
    const message = await this.#inTurn(() => this.#exchange(request, () => true, answerLimitMs, signal));
    const parsed = answer.parse(message);
    if ('error' in parsed) throw new Error(`guest agent, ${execute}: ${parsed.error.desc}`);
    return schema.parse(parsed.return);
  }

  /** Answers carry no name: one request at a time. */
  #inTurn<T>(exchange: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(exchange, exchange);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #exchange(
    request: object,
    accept: (message: unknown) => boolean,
    limitMs: number,
    signal: AbortSignal,
    prefix?: Buffer,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(limitMs, () => fail('does not answer'));
      const aborted = () => fail('is gone');
      const settle = () => {
        cancel();
        signal.removeEventListener('abort', aborted);
        this.#receive = undefined;
      };
      const fail = (why: string) => {
        settle();
        reject(new AgentSilent(`the guest agent ${why}`));
      };
      this.#receive = (message) => {
        if (!accept(message)) return;
        settle();
        resolve(message);
      };
      if (signal.aborted) return aborted();
      signal.addEventListener('abort', aborted, { once: true });
      this.#lines.send(request, prefix);
    });
  }
}
