import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { CommandError, exitCodes } from '../exitCodes.ts';

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
    const response = await this.fetch(method, path, body);
    const text = await response.text();
    if (!response.ok) throw refusal(response.status, text, `${method} /api/${path}`);
    return schema.parse(JSON.parse(text));
  }

  /** The text of an answer as it comes, in parts. One that breaks off ends the command: never a short answer. */
  async *read(path: string): AsyncGenerator<string> {
    const response = await this.fetch('GET', path);
    if (!response.ok) throw refusal(response.status, await response.text(), `GET /api/${path}`);
    const decoder = new TextDecoder();
    try {
      for await (const bytes of response.body ?? []) yield decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new CommandError(`the answer broke off: ${messageOf(cause)}`, exitCodes.outOfReach, cause);
    }
  }

  /** The response as it comes; once more where the service asks to wait, or does not answer. */
  async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = {
      authorization: `Bearer ${await this.token()}`,
      ...(method !== 'GET' && { 'idempotency-key': crypto.randomUUID() }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${this.#address}/api/${path}`, request).catch((cause: unknown) => {
        if (tries < mostTries) return undefined;
        throw new CommandError(`${this.#address} does not answer: ${messageOf(cause)}`, exitCodes.outOfReach, cause);
      });
      if (response && (tries === mostTries || ![429, 503].includes(response.status))) return response;
      const seconds = Number(response?.headers.get('retry-after') ?? 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 10) * 1_000));
    }
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

function messageOf(error: unknown): string {
  const { cause, message } = error instanceof Error ? error : { cause: undefined, message: String(error) };
  return cause instanceof Error && cause.message ? cause.message : message;
}
