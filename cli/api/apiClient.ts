import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { CommandError, exitCodes } from '../exitCodes.ts';
import { call } from './call.ts';

const problem = z.object({ detail: z.string() });
const mostTries = 3;

/** The HTTP API with the caller's token. What cannot be had ends the command with a sentence. */
export class ApiClient {
  readonly #address: string;
  readonly #credential: TokenCredential;
  readonly #scope: string;

  constructor(address: string, credential: TokenCredential, audience: string) {
    this.#address = address.replace(/\/+$/, '').replace(/\/api$/, '');
    this.#credential = credential;
    this.#scope = `${audience}/.default`;
  }

  async token(): Promise<string> {
    try {
      const token = await this.#credential.getToken(this.#scope);
      if (token) return token.token;
    } catch (cause) {
      throw new CommandError(`signing in failed: ${messageOf(cause)}`, exitCodes.outOfReach, cause);
    }
    throw new CommandError('signing in gave no token', exitCodes.outOfReach);
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.send('GET', path, schema);
  }

  /** Commands carry an idempotency key, so that a try that got lost may be repeated. */
  async send<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const response = await this.#call(method, path, body);
    const parts: Buffer[] = [];
    for await (const part of partsOf(response)) parts.push(part);
    return schema.parse(JSON.parse(Buffer.concat(parts).toString()));
  }

  /** The bytes of an answer as they come. One that breaks off ends the command: never a short answer. */
  async *read(path: string, body?: unknown): AsyncGenerator<Buffer> {
    const response = await this.#call(body === undefined ? 'GET' : 'POST', path, body);
    yield* partsOf(response);
  }

  /** A success as it comes; asked for once more where the service asks to wait, or does not answer. */
  async #call(method: string, path: string, body: unknown): Promise<IncomingMessage> {
    const headers = {
      authorization: `Bearer ${await this.token()}`,
      ...(method !== 'GET' && { 'idempotency-key': crypto.randomUUID() }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    for (let tries = 1; ; tries += 1) {
      const response = await call(`${this.#address}/api/${path}`, request).catch((cause: unknown) => {
        if (tries < mostTries) return undefined;
        throw new CommandError(`${this.#address} does not answer: ${messageOf(cause)}`, exitCodes.outOfReach, cause);
      });
      const { statusCode: status = 0, headers: answered } = response ?? { headers: {} };
      if (response && status >= 200 && status < 300) return response;
      if (response && (tries === mostTries || ![429, 503].includes(status)))
        throw refusal(status, await textOf(response), `${method} /api/${path}`);
      response?.resume();
      const seconds = Number(answered['retry-after'] ?? 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 10) * 1_000));
    }
  }
}

async function* partsOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response;
  } catch (cause) {
    throw new CommandError(`the answer broke off: ${messageOf(cause)}`, exitCodes.outOfReach, cause);
  }
}

function refusal(status: number, text: string, what: string): CommandError {
  const detail = problem.safeParse(parse(text)).data?.detail ?? `${what} answered ${status}`;
  return new CommandError(detail, status >= 500 ? exitCodes.outOfReach : exitCodes.refused);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a name has several addresses, the error of Node.js has a code and no message. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (cause instanceof Error && cause.message) return cause.message;
  return message || ('code' in error ? String(error.code) : error.name);
}
