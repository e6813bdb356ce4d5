import rhea, { type Typed } from 'rhea';
import type { Content } from '../codec/content.ts';
import { argumentError } from '../errors.ts';
import { evaluate } from './evaluate.ts';
import type { FilterValue } from './filterValue.ts';
import { type Assignment, parseAction } from './parse.ts';
import { settableProperty, viewOfContent } from './viewOfContent.ts';

const { types } = rhea;
const maxStatements = 32;

/** Compiles an action: a function from a message to the message as the subscription gets it. */
export function compileAction(expression: string): (content: Content, enqueuedAt: number) => Content {
  const assignments = parseAction(expression);
  if (assignments.length > maxStatements) {
    throw argumentError(`The action has ${assignments.length} statements; the limit is ${maxStatements}.`);
  }
  for (const { property } of assignments) {
    if (property.scope === 'sys' && !settableProperty(property.name)) {
      throw argumentError(`The system property '${property.name}' cannot be changed.`);
    }
  }
  return (content, enqueuedAt) =>
    assignments.reduce((changed, assignment) => apply(assignment, changed, enqueuedAt), content);
}

function apply(assignment: Assignment, content: Content, enqueuedAt: number): Content {
  const { property } = assignment;
  const view = viewOfContent(content, enqueuedAt);
  const value = assignment.kind === 'set' ? (evaluate(assignment.value, view) ?? null) : undefined;
  if (property.scope === 'sys') {
    const text = value === undefined || value === null ? undefined : types.wrap_string(String(value));
    const name = settableProperty(property.name);
    return name ? content.withProperty(name, text) : content;
  }
  // Names differ from each other by more than case, so an existing name is kept as it is spelt.
  const spelt = [...content.applicationPropertyNames].find(
    (name) => name.toLowerCase() === property.name.toLowerCase(),
  );
  return content.withApplicationProperties([[spelt ?? property.name, wrap(value)]]);
}

function wrap(value: FilterValue): Typed | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return Number.isInteger(value) ? types.wrap_long(value) : types.wrap_double(value);
  return types.wrap(value);
}
