import { z } from 'zod';
import { argumentError } from '../errors.ts';
import type { FilterView } from './filterValue.ts';

const systemFields = {
  correlationId: z.string().optional(),
  messageId: z.string().optional(),
  to: z.string().optional(),
  replyTo: z.string().optional(),
  subject: z.string().optional(),
  sessionId: z.string().optional(),
  replyToSessionId: z.string().optional(),
  contentType: z.string().optional(),
};

export const correlationFilterSchema = z.strictObject({
  kind: z.literal('correlation'),
  ...systemFields,
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** The fields that name a standard property, in the order in which enumerated rules carry them. */
export const correlationFields = [
  ...(['correlationId', 'messageId', 'to', 'replyTo', 'subject', 'sessionId', 'replyToSessionId'] as const),
  'contentType' as const,
];

/** Compiles a correlation filter: every field given must equal the message's, exactly. */
export function compileCorrelation(filter: z.infer<typeof correlationFilterSchema>): (view: FilterView) => boolean {
  const fields = correlationFields.filter((field) => filter[field] !== undefined);
  const properties = Object.entries(filter.properties ?? {});
  if (fields.length + properties.length === 0) throw argumentError('A correlation filter needs at least one property.');
  return (view) =>
    fields.every((field) => view.system(field) === filter[field]) &&
    properties.every(([name, value]) => view.user(name) === value);
}
