import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * When an operation began and ended, in ticks of the process: what began after another's end may depend on it. 0 for an end
 * that nobody waited for.
 */
const ticks = { begun: z.number(), ended: z.number() };

const request = z.strictObject({
  kind: z.literal('request'),
  ...ticks,
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  /** base64 */
  body: z.string(),
  /** 0: nobody waited for the answer. */
  status: z.number(),
  /** Id of the long-running operation that the answer names. */
  operationId: z.string().optional(),
  /** Whether Azure was still at work on what it answered with. */
  isUnderWay: z.boolean(),
});

const send = z.strictObject({
  kind: z.literal('send'),
  ...ticks,
  entity: z.string(),
  messages: z.array(
    z.strictObject({
      body: z.unknown(),
      contentType: z.string().exactOptional(),
      messageId: z.string().exactOptional(),
      sessionId: z.string().exactOptional(),
      applicationProperties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
      /** From the sending until it can be received, in milliseconds of the stack's clock. */
      delayMs: z.number().exactOptional(),
    }),
  ),
});

const operation = z.discriminatedUnion('kind', [request, send]);

const invocation = z.strictObject({
  function: z.string(),
  /** Of what it was: the session, or the event; '' where the function has no such thing. */
  key: z.string(),
  /** How many messages or events it was given. */
  messages: z.number(),
  /** Milliseconds of the stack's clock. */
  from: z.number(),
  to: z.number(),
  /** Of a replay: when it did something, and did not wait for Azure to be as far as in the record. */
  busy: z.array(z.tuple([z.number(), z.number()]).readonly()).optional(),
  operations: z.array(operation),
  /** Of a replay, in all so far. */
  replayed: z
    .strictObject({
      operations: z.number(),
      /** How often one was asked for again. */
      repeated: z.number(),
      /** How many answers had another status. */
      answeredOtherwise: z.number(),
      /** What Azure never came to answer as it had. */
      givenUp: z.array(z.string()),
    })
    .optional(),
});

export type Replayed = NonNullable<RecordedInvocation['replayed']>;
export type AzureRequest = z.infer<typeof request>;
export type Send = z.infer<typeof send>;
export type Operation = z.infer<typeof operation>;
/** One run of a function, with all that it asked of Azure. */
export type RecordedInvocation = z.infer<typeof invocation>;

/** Invocations in the order of their ends, one JSON line each; what is not a whole line yet is left out. */
export function readInvocations(file: string): RecordedInvocation[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => invocation.parse(JSON.parse(line)));
}
