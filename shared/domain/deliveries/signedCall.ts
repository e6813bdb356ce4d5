import { Webhook } from 'standardwebhooks';
import type { Instant } from '../instant.ts';
import type { CloudEvent } from './delivery.ts';

const prefix = 'whsec_';

/** A secret as Standard Webhooks writes it, of random bytes in base64. */
export function newSecret(random: string): string {
  return `${prefix}${random}`;
}

/** What is kept of secrets: the new one, and the one before, with which calls are signed too until the next change. */
export function withSecret(kept: string | undefined, secret: string): string {
  const [before] = kept?.split(' ') ?? [];
  return before === undefined ? secret : `${secret} ${before}`;
}

/**
 * A call of a webhook: CloudEvents 1.0 over HTTP in structured mode, so that the signature of Standard Webhooks covers
 * every attribute.
 */
export function signedCall(
  event: CloudEvent,
  keptSecrets: string,
  now: Instant,
): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(event);
  const at = new Date(now);
  const signatures = keptSecrets.split(' ').map((secret) => new Webhook(secret).sign(event.id, at, body));
  return {
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    },
    body,
  };
}
