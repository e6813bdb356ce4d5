import { fc } from '../../fastCheck.ts';
import { tokenFor } from './signedIn.ts';

const everyRole = {
  authorization: `Bearer ${await tokenFor(['Imprimatur.Reader', 'Imprimatur.Operator', 'Imprimatur.Team'])}`,
};
export const text = fc.oneof(
  fc.string(),
  fc.constantFrom('web', '..', '%00', "'; DROP", '/subscriptions/s', 'a'.repeat(5_000)),
);
/** Bodies, of which some are nearly what an operation takes. */
export const json = fc.oneof(
  fc.json(),
  fc.string(),
  fc.jsonValue().map((filter) => JSON.stringify({ filter, principals: [] })),
  fc
    .tuple(text, text, fc.constantFrom('junit', 'sarif'))
    .map(([id, content, format]) =>
      JSON.stringify({ id, answer: 'approve', reason: 'r', report: { format, content } }),
    ),
  text.map((sql) => JSON.stringify({ filter: { sql }, principals: [] })),
);

export const headers = fc.record({ 'if-match': fc.string(), 'idempotency-key': fc.string() }, { requiredKeys: [] });

/** What to send, by one who may do everything; a header that HTTP cannot carry is left out. */
export function requestOf(method: string, body: string, given: Record<string, string>): RequestInit {
  const headers = new Headers({ ...everyRole, 'content-type': 'application/json' });
  for (const [name, value] of Object.entries(given)) if (/^[\x20-\x7e]*$/.test(value)) headers.set(name, value);
  return { method, headers, ...(method !== 'GET' && { body }) };
}

export function encodeSafely(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
