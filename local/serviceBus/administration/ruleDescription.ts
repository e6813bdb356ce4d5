import { z } from 'zod';
import { argumentError } from '../errors.ts';
import type { RuleDescription } from '../filters/rule.ts';

const text = z.union([z.string(), z.object({ '#text': z.string() }).transform((node) => node['#text'])]);
const rule = z.object({
  Name: text.optional(),
  Filter: z.object({ '@type': z.string(), SqlExpression: text.optional() }),
  Action: z
    .union([z.object({ '@type': z.string().optional(), SqlExpression: text.optional() }), z.literal('')])
    .optional(),
});

/** A rule as clients send it. Correlation filters are not among what this stand-in takes over HTTP. */
export function readRule(content: unknown, name?: string): RuleDescription {
  const parsed = rule.safeParse(content);
  if (!parsed.success) throw argumentError(`The rule cannot be read: ${z.prettifyError(parsed.error)}`);
  const { Name, Filter, Action } = parsed.data;
  const action = typeof Action === 'object' ? Action.SqlExpression : undefined;
  return { name: name ?? Name ?? '$Default', filter: filterOf(Filter), ...(action !== undefined && { action }) };
}

function filterOf({
  '@type': type,
  SqlExpression: expression,
}: z.infer<typeof rule>['Filter']): RuleDescription['filter'] {
  if (type === 'TrueFilter') return { kind: 'true' };
  if (type === 'FalseFilter') return { kind: 'false' };
  if (type === 'SqlFilter' && expression !== undefined) return { kind: 'sql', expression };
  throw argumentError(`A filter of type '${type}' cannot be given here.`);
}

export function writeRule({ name, filter, action }: RuleDescription): Record<string, unknown> {
  return {
    Filter: filterElement(filter),
    Action:
      action === undefined
        ? { '@i:type': 'EmptyRuleAction' }
        : { '@i:type': 'SqlRuleAction', SqlExpression: action, CompatibilityLevel: 20 },
    Name: name,
  };
}

function filterElement(filter: RuleDescription['filter']): Record<string, unknown> {
  switch (filter.kind) {
    case 'true':
      return { '@i:type': 'TrueFilter', SqlExpression: '1=1', CompatibilityLevel: 20 };
    case 'false':
      return { '@i:type': 'FalseFilter', SqlExpression: '1=0', CompatibilityLevel: 20 };
    case 'sql':
      return { '@i:type': 'SqlFilter', SqlExpression: filter.expression, CompatibilityLevel: 20 };
    case 'correlation': {
      const { correlationId, subject, to, replyTo, sessionId, messageId, contentType } = filter;
      const named = { CorrelationId: correlationId, Label: subject, To: to, ReplyTo: replyTo, SessionId: sessionId };
      return { '@i:type': 'CorrelationFilter', ...named, MessageId: messageId, ContentType: contentType };
    }
  }
}
