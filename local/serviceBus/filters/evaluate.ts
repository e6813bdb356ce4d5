import { randomUUID } from 'node:crypto';
import type { FilterValue, FilterView } from './filterValue.ts';
import { likePattern } from './likePattern.ts';
import type { Expression, PropertyReference } from './parse.ts';

/** The expression cannot be computed for this message; the subscription decides what becomes of the message. */
export class FilterEvaluationError extends Error {
  override readonly name = 'FilterEvaluationError';
}

/** Evaluates an expression in three-valued logic: undefined is "unknown". */
export function evaluate(expression: Expression, view: FilterView): FilterValue {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'property':
      return read(expression, view);
    case 'propertyNamed':
      return view.user(text(evaluate(expression.name, view), 'property()'));
    case 'newId':
      return randomUUID();
    case 'isNull':
      return (read(expression.property, view) ?? null) === null ? !expression.negated : expression.negated;
    case 'exists':
      return read(expression.property, view) !== undefined;
    case 'unary':
      return expression.operator === 'NOT'
        ? negate(truth(evaluate(expression.operand, view)))
        : sign(expression.operator, evaluate(expression.operand, view));
    case 'in':
      return isIn(expression, view);
    case 'like':
      return isLike(expression, view);
    case 'binary':
      return binary(expression, view);
  }
}

/** Whether the message passes: neither false nor unknown. */
export function matches(expression: Expression, view: FilterView): boolean {
  return truth(evaluate(expression, view)) === true;
}

function read({ scope, name }: PropertyReference, view: FilterView): FilterValue {
  return scope === 'sys' ? view.system(name) : view.user(name);
}

function binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, view: FilterView): FilterValue {
  if (operator === 'AND' || operator === 'OR') {
    const decisive = operator === 'OR';
    const first = truth(evaluate(left, view));
    if (first === decisive) return decisive;
    const second = truth(evaluate(right, view));
    if (second === decisive) return decisive;
    return first === undefined || second === undefined ? undefined : !decisive;
  }
  const first = evaluate(left, view);
  const second = evaluate(right, view);
  return comparisons.has(operator) ? compare(operator, first, second) : compute(operator, first, second);
}

const comparisons = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);

function compare(operator: string, left: FilterValue, right: FilterValue): boolean | undefined {
  if (left === undefined || right === undefined || left === null || right === null) return undefined;
  if (typeof left !== typeof right) return undefined;
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

function compute(operator: string, left: FilterValue, right: FilterValue): FilterValue {
  if (left === undefined || right === undefined || left === null || right === null) return undefined;
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new FilterEvaluationError(`Operator '${operator}' cannot be applied to ${typeof left} and ${typeof right}.`);
  }
  const whole = Number.isInteger(left) && Number.isInteger(right);
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (whole && right === 0) throw new FilterEvaluationError('Division by zero.');
      if (operator === '%') return left % right;
      return whole ? Math.trunc(left / right) : left / right;
  }
}

function sign(operator: string, value: FilterValue): FilterValue {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return operator === '-' ? -value : value;
  throw new FilterEvaluationError(`Operator '${operator}' cannot be applied to ${typeof value}.`);
}

function isIn({ operand, candidates, negated }: Extract<Expression, { kind: 'in' }>, view: FilterView) {
  const value = evaluate(operand, view);
  if (value === undefined || value === null) return undefined;
  const results = candidates.map((candidate) => compare('=', value, evaluate(candidate, view)));
  return results.includes(true) !== negated;
}

function isLike(expression: Extract<Expression, { kind: 'like' }>, view: FilterView): boolean | undefined {
  const value = evaluate(expression.operand, view);
  const pattern = evaluate(expression.pattern, view);
  const escapeWith = expression.escapeWith && evaluate(expression.escapeWith, view);
  if ((value ?? null) === null || (pattern ?? null) === null || escapeWith === null) return undefined;
  const escapeText = escapeWith === undefined ? undefined : text(escapeWith, 'ESCAPE');
  if (escapeText !== undefined && escapeText.length !== 1) {
    throw new FilterEvaluationError('ESCAPE takes a single character.');
  }
  const matched = likePattern(text(pattern, 'LIKE'), escapeText).test(text(value, 'LIKE'));
  return matched !== expression.negated;
}

function text(value: FilterValue, user: string): string {
  if (typeof value === 'string') return value;
  throw new FilterEvaluationError(`${user} needs a string, got ${value === null ? 'null' : typeof value}.`);
}

function truth(value: FilterValue): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw new FilterEvaluationError(`A condition needs a boolean, got ${typeof value}.`);
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
