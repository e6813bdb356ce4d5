import type { TryOutcome } from './deliverySchedule.ts';

/** What a webhook's server said, or why nothing was heard of it. */
export type WebhookResponse =
  | { kind: 'answered'; status: number; headers: Record<string, string> }
  | { kind: 'unreachable'; reason: string }
  /** The service does not connect there. */
  | { kind: 'refused'; reason: string };

/** Only a success is one: an answer that leads elsewhere is not followed. 410 says that nobody wants it any more. */
export function judgeResponse(response: WebhookResponse): TryOutcome {
  if (response.kind !== 'answered') return { kind: 'failed', reason: response.reason };
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'final', reason: 'the webhook answers 410: it is gone' };
  const seconds = Number(headers['retry-after']);
  const reason =
    status >= 300 && status < 400
      ? `the webhook answers ${status}: redirects are not followed`
      : `the webhook answers ${status}`;
  return { kind: 'failed', reason, ...(seconds > 0 && { retryAfterMs: seconds * 1_000 }) };
}

/** How many calls a minute a server is asked for. */
export const callsAskedFor = 600;

/** The request of the handshake. */
export function handshakeHeaders(origin: string): Record<string, string> {
  return { 'webhook-request-origin': origin, 'webhook-request-rate': String(callsAskedFor) };
}

export type Handshake = { kind: 'done'; callsAMinute?: number } | { kind: 'refused'; reason: string };

/**
 * The handshake of CloudEvents 1.0 against abuse: a server says itself that it wants calls of this origin, and how many
 * a minute. Many say nothing of their number, though they were asked: then it is not bounded.
 */
export function judgeHandshake(response: WebhookResponse, origin: string): Handshake {
  if (response.kind !== 'answered') return { kind: 'refused', reason: `the webhook: ${response.reason}` };
  const { status, headers } = response;
  if (status < 200 || status >= 300)
    return { kind: 'refused', reason: `the webhook answers the request OPTIONS with ${status}, not with success` };
  const allowed = headers['webhook-allowed-origin']?.trim();
  if (allowed === '*' || allowed?.toLowerCase() === origin.toLowerCase())
    return judgeRate(headers['webhook-allowed-rate']?.trim());
  const said = allowed === undefined ? 'no WebHook-Allowed-Origin' : `WebHook-Allowed-Origin: ${allowed.slice(0, 100)}`;
  return {
    kind: 'refused',
    reason: `the webhook answers the request OPTIONS with ${said}; it has to be ${origin} or *`,
  };
}

function judgeRate(allowed: string | undefined): Handshake {
  if (allowed === undefined || allowed === '*') return { kind: 'done' };
  if (/^[1-9]\d{0,8}$/.test(allowed)) return { kind: 'done', callsAMinute: Number(allowed) };
  const said = allowed.slice(0, 100);
  return {
    kind: 'refused',
    reason: `the webhook answers with WebHook-Allowed-Rate: ${said}; it has to be a number of calls a minute, or *`,
  };
}
