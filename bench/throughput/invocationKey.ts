import { z } from 'zod';

const event = z.looseObject({ subject: z.string(), type: z.string().optional(), eventType: z.string().optional() });
const metadata = z.looseObject({ sessionId: z.string().optional() });

/** By what an invocation of the record is found again when the same arrives in the replay: session, or event. */
export function invocationKey(functionName: string, input: unknown, triggerMetadata: unknown): string {
  if (functionName === 'imageEvents') {
    const { subject, type, eventType } = event.parse(input);
    return `${type ?? eventType} ${subject}`;
  }
  return metadata.safeParse(triggerMetadata).data?.sessionId ?? '';
}

/** How many messages an invocation was given: a batch is an array. */
export const messagesOf = (input: unknown): number => (Array.isArray(input) ? input.length : 1);
