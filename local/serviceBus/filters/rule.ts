import rhea from 'rhea';
import { z } from 'zod';
import type { Content } from '../codec/content.ts';
import { argumentError } from '../errors.ts';
import { compileAction } from './action.ts';
import { compileCorrelation, correlationFilterSchema } from './correlation.ts';
import { matches } from './evaluate.ts';
import type { FilterView } from './filterValue.ts';
import { parseFilter } from './parse.ts';

export const ruleSchema = z.strictObject({
  name: z.string().min(1).max(50),
  filter: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('true') }),
    z.strictObject({ kind: z.literal('false') }),
    z.strictObject({ kind: z.literal('sql'), expression: z.string() }),
    correlationFilterSchema,
  ]),
  action: z.string().optional(),
});

/** A rule as it is written down and enumerated. */
export type RuleDescription = z.infer<typeof ruleSchema>;

/** The rule of a subscription that was given none. */
export const defaultRule: RuleDescription = { name: '$Default', filter: { kind: 'true' } };

export interface Rule {
  description: RuleDescription;
  matches(view: FilterView): boolean;
  /** Present where the rule has an action: each such rule makes a copy of its own. */
  act: ((content: Content, enqueuedAt: number) => Content) | undefined;
}

/** Compiles a rule, or throws with the reason why it is refused. */
export function compileRule(description: RuleDescription): Rule {
  const { filter, action, name } = description;
  try {
    const act = action ? naming(name, compileAction(action)) : undefined;
    return { description, matches: compileFilter(filter), act };
  } catch (error) {
    if (error instanceof Error) throw argumentError(`Rule '${name}': ${error.message}`);
    throw error;
  }
}

/** The copy that an action makes says which rule made it. */
function naming(name: string, act: ReturnType<typeof compileAction>): typeof act {
  const ruleName = rhea.types.wrap_string(name);
  return (content, enqueuedAt) => act(content, enqueuedAt).withApplicationProperties([['RuleName', ruleName]]);
}

function compileFilter(filter: RuleDescription['filter']): (view: FilterView) => boolean {
  switch (filter.kind) {
    case 'true':
      return () => true;
    case 'false':
      return () => false;
    case 'correlation':
      return compileCorrelation(filter);
    case 'sql': {
      const expression = parseFilter(filter.expression);
      return (view) => matches(expression, view);
    }
  }
}
