import rhea, { type Typed } from 'rhea';
import { z } from 'zod';
import type { RuleSet } from '../../entity/ruleSet.ts';
import { argumentError, notAllowed } from '../../errors.ts';
import { correlationFields } from '../../filters/correlation.ts';
import type { RuleDescription } from '../../filters/rule.ts';
import type { Call, Operation } from './operation.ts';
import { parseBody } from './requestFields.ts';

const { types } = rhea;
const text = z.string().nullish();
const expressionSchema = z.object({ expression: z.string() });

const addSchema = z.object({
  'rule-name': z.string().min(1).max(50),
  'rule-description': z.object({
    'sql-filter': expressionSchema.nullish(),
    'correlation-filter': z
      .object({
        'correlation-id': text,
        'message-id': text,
        to: text,
        'reply-to': text,
        label: text,
        'session-id': text,
        'reply-to-session-id': text,
        'content-type': text,
        properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
      })
      .nullish(),
    'sql-rule-action': z.object({ expression: text }).nullish(),
  }),
});
const removeSchema = z.object({ 'rule-name': z.string() });
const enumerateSchema = z.object({ top: z.number(), skip: z.number() });

export const ruleOperations: Record<string, Operation> = {
  'com.microsoft:add-rule': (call) => {
    rulesOf(call).add(ruleOf(parseBody(addSchema, call.body)));
    return { statusCode: 200 };
  },
  'com.microsoft:remove-rule': (call) => {
    rulesOf(call).remove(parseBody(removeSchema, call.body)['rule-name']);
    return { statusCode: 200 };
  },
  'com.microsoft:enumerate-rules': (call) => {
    const { skip, top } = parseBody(enumerateSchema, call.body);
    const rules = rulesOf(call)
      .list()
      .slice(skip, skip + top);
    if (rules.length === 0) return { statusCode: 204 };
    return { statusCode: 200, body: { rules: rules.map((rule) => ({ 'rule-description': describe(rule) })) } };
  },
};

function rulesOf({ entity }: Call): RuleSet {
  if (entity.rules) return entity.rules;
  throw notAllowed(`'${entity.path}' has no rules; only subscriptions have.`);
}

function ruleOf({ 'rule-name': name, 'rule-description': rule }: z.infer<typeof addSchema>): RuleDescription {
  const action = rule['sql-rule-action']?.expression;
  const filter = filterOf(rule);
  return { name, filter, ...(action && { action }) };
}

function filterOf(rule: z.infer<typeof addSchema>['rule-description']): RuleDescription['filter'] {
  if (rule['sql-filter']) return { kind: 'sql', expression: rule['sql-filter'].expression };
  const correlation = rule['correlation-filter'];
  if (!correlation) throw argumentError('A rule needs an SQL filter or a correlation filter.');
  const given = {
    correlationId: correlation['correlation-id'],
    messageId: correlation['message-id'],
    to: correlation.to,
    replyTo: correlation['reply-to'],
    subject: correlation.label,
    sessionId: correlation['session-id'],
    replyToSessionId: correlation['reply-to-session-id'],
    contentType: correlation['content-type'],
    properties: correlation.properties,
  };
  const present = Object.entries(given).filter(([, value]) => (value ?? undefined) !== undefined);
  return { kind: 'correlation', ...Object.fromEntries(present) };
}

/** Descriptor codes of the service's own types; those of filters do have one digit less. */
const code = {
  rule: 0x137_0000_0004,
  noAction: 0x137_0000_0005,
  sqlAction: 0x137_0000_0006,
  trueFilter: 0x13_7000_0007,
  falseFilter: 0x13_7000_0008,
  correlationFilter: 0x13_7000_0009,
  sqlFilter: 0x13_7000_0006,
};

function describe({ name, filter, action }: RuleDescription): Typed {
  const acting = action === undefined ? described(code.noAction, []) : described(code.sqlAction, [action]);
  return described(code.rule, [describeFilter(filter), acting, name]);
}

function describeFilter(filter: RuleDescription['filter']): Typed {
  switch (filter.kind) {
    case 'true':
      return described(code.trueFilter, []);
    case 'false':
      return described(code.falseFilter, []);
    case 'sql':
      return described(code.sqlFilter, [filter.expression]);
    case 'correlation': {
      const named = correlationFields.map((field) => filter[field] ?? null);
      return described(code.correlationFilter, [...named, filter.properties ?? {}]);
    }
  }
}

function described(descriptor: number, list: unknown[]): Typed {
  return types.wrap_described(list, descriptor);
}
