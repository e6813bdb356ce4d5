import { request } from 'node:https';
import type { Config } from '../config.ts';
import { isAddress, isAllowedAddress } from '../domain/deliveries/addresses.ts';
import type { WebhookResponse } from '../domain/deliveries/webhookResponse.ts';
import type { Webhooks } from '../ports.ts';
import { AddressRefused, guardedLookup } from './guardedLookup.ts';

/** From the first look-up to the last byte of the response's head. */
const limitMs = 5_000;
const mostHeaderBytes = 16 * 1024;

interface Surroundings {
  limitMs?: number;
  lookup?: ReturnType<typeof guardedLookup>;
}

/** One https request to a server of somebody else: every connection anew, to an address that was looked at. */
export function createWebhooks({ origin, exceptions }: Config['webhooks'], surroundings: Surroundings = {}): Webhooks {
  const { lookup = guardedLookup(exceptions) } = surroundings;
  return {
    origin,
    call(method, url, headers, body) {
      const target = URL.parse(url);
      if (target?.protocol !== 'https:') return refused('it is no https URL');
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // An address in place of a name is never looked up.
      if (isAddress(host) && !isAllowedAddress(host, exceptions)) return refused(notAllowed(host));
      const content = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const signal = AbortSignal.timeout(surroundings.limitMs ?? limitMs);
      return new Promise<WebhookResponse>((resolve) => {
        const call = request(target, {
          method,
          headers: { 'user-agent': 'imprimatur', ...headers, ...content },
          agent: false,
          lookup,
          signal,
          maxHeaderSize: mostHeaderBytes,
        });
        call.once('response', (response) => {
          const { statusCode = 0 } = response;
          const known = Object.entries(response.headers).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value]] : [],
          );
          resolve({ kind: 'answered', status: statusCode, headers: Object.fromEntries(known) });
          // What it says beyond its status is nothing to anybody here.
          response.on('error', () => {});
          call.destroy();
        });
        call.on('error', (error: NodeJS.ErrnoException) => resolve(explain(error, signal)));
        // A change of protocol, for one, ends without an error.
        call.on('close', () => resolve({ kind: 'unreachable', reason: 'it closed the connection without an answer' }));
        call.end(body);
      });
    },
  };
}

function refused(reason: string): Promise<WebhookResponse> {
  return Promise.resolve({ kind: 'refused', reason });
}

function notAllowed(what: string): string {
  return `${what}: only public addresses are connected to, and networks in IMPRIMATUR_WEBHOOK_NETWORKS`;
}

function explain(error: NodeJS.ErrnoException, { aborted }: AbortSignal): WebhookResponse {
  if (error instanceof AddressRefused) return { kind: 'refused', reason: notAllowed(error.message) };
  if (aborted) return { kind: 'unreachable', reason: 'it did not answer in time' };
  return { kind: 'unreachable', reason: `it cannot be reached: ${error.code ?? error.message.slice(0, 200)}` };
}
