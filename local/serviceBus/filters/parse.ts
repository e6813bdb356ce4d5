import { argumentError } from '../errors.ts';
import { type Token, tokenize } from './tokenize.ts';
import { systemPropertyNames } from './viewOfContent.ts';

export interface PropertyReference {
  scope: 'sys' | 'user';
  name: string;
}

export type Expression =
  | { kind: 'constant'; value: string | number | boolean | null }
  | ({ kind: 'property' } & PropertyReference)
  | { kind: 'propertyNamed'; name: Expression }
  | { kind: 'newId' }
  | { kind: 'unary'; operator: 'NOT' | '-' | '+'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'isNull'; property: PropertyReference; negated: boolean }
  | { kind: 'exists'; property: PropertyReference }
  | { kind: 'in'; operand: Expression; candidates: Expression[]; negated: boolean }
  | { kind: 'like'; operand: Expression; pattern: Expression; escapeWith: Expression | undefined; negated: boolean };

export type Assignment =
  | { kind: 'set'; property: PropertyReference; value: Expression }
  | { kind: 'remove'; property: PropertyReference };

const maxExpressionLength = 1024;

/** Parses a filter expression. */
export function parseFilter(expression: string): Expression {
  const parser = parserOf(expression, 'filter');
  const result = parser.expression(0);
  parser.end();
  return result;
}

/** Parses an action: SET and REMOVE statements, separated by semicolons. */
export function parseAction(expression: string): Assignment[] {
  const parser = parserOf(expression, 'action');
  const assignments: Assignment[] = [];
  do {
    if (parser.atEnd() && assignments.length > 0) break;
    assignments.push(parser.assignment());
  } while (parser.accept(';'));
  parser.end();
  return assignments;
}

function parserOf(expression: string, what: string): Parser {
  if (expression.length <= maxExpressionLength) return new Parser(tokenize(expression));
  throw argumentError(
    `The SQL ${what} expression has ${expression.length} characters; the limit is ${maxExpressionLength}.`,
  );
}

/** How tightly operators bind; a higher number binds first. */
const binding: Record<string, number> = {
  OR: 1,
  AND: 2,
  '=': 4,
  '<>': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  IN: 4,
  LIKE: 4,
  IS: 4,
  NOT: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const notBinding = 3;
const signBinding = 7;

/** A Pratt parser: a prefix, then operators as long as they bind more tightly than what stands to the left. */
class Parser {
  readonly #tokens: Token[];
  #next = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  expression(minimum: number): Expression {
    let left = this.#prefix();
    for (;;) {
      const token = this.#peek();
      const strength = token.kind === 'keyword' || token.kind === 'symbol' ? binding[token.text] : undefined;
      if (strength === undefined || strength <= minimum) return left;
      left = this.#infix(left, token.text, strength);
    }
  }

  assignment(): Assignment {
    if (this.accept('REMOVE')) return { kind: 'remove', property: this.#property() };
    this.#expect('SET');
    const property = this.#property();
    this.#expect('=');
    return { kind: 'set', property, value: this.expression(0) };
  }

  accept(text: string): boolean {
    const token = this.#peek();
    const found = (token.kind === 'keyword' || token.kind === 'symbol') && token.text === text;
    if (found) this.#next += 1;
    return found;
  }

  atEnd(): boolean {
    return this.#peek().kind === 'end';
  }

  end(): void {
    if (!this.atEnd()) this.#fail('the end of the expression');
  }

  #prefix(): Expression {
    const token = this.#take();
    if (token.kind === 'number') return { kind: 'constant', value: token.value };
    if (token.kind === 'string') return { kind: 'constant', value: token.text };
    if (token.kind === 'identifier') return this.#named(token);
    switch (token.text) {
      case 'TRUE':
      case 'FALSE':
        return { kind: 'constant', value: token.text === 'TRUE' };
      case 'NULL':
        return { kind: 'constant', value: null };
      case 'NOT':
        return { kind: 'unary', operator: 'NOT', operand: this.expression(notBinding) };
      case '-':
      case '+':
        return { kind: 'unary', operator: token.text, operand: this.expression(signBinding) };
      case '(':
        return this.#closed(this.expression(0));
      case 'EXISTS':
        this.#expect('(');
        return this.#closed({ kind: 'exists', property: this.#property() });
      default:
        this.#next -= 1;
        return this.#fail('a value');
    }
  }

  #infix(left: Expression, operator: string, strength: number): Expression {
    this.#next += 1;
    if (operator === 'IS') return this.#isNull(left);
    const negated = operator === 'NOT';
    if (operator === 'IN' || (negated && this.accept('IN'))) {
      return { kind: 'in', operand: left, candidates: this.#list(), negated };
    }
    if (operator === 'LIKE' || (negated && this.accept('LIKE'))) {
      const pattern = this.expression(strength);
      const escapeWith = this.accept('ESCAPE') ? this.expression(strength) : undefined;
      return { kind: 'like', operand: left, pattern, escapeWith, negated };
    }
    if (negated) return this.#fail("'IN' or 'LIKE'");
    return { kind: 'binary', operator, left, right: this.expression(strength) };
  }

  #isNull(left: Expression): Expression {
    const negated = this.accept('NOT');
    this.#expect('NULL');
    if (left.kind !== 'property') throw argumentError('IS [NOT] NULL applies to a property.');
    return { kind: 'isNull', property: { scope: left.scope, name: left.name }, negated };
  }

  #list(): Expression[] {
    this.#expect('(');
    const items = [this.expression(0)];
    while (this.accept(',')) items.push(this.expression(0));
    this.#expect(')');
    return items;
  }

  #named(token: Token): Expression {
    const name = token.text.toLowerCase();
    if (!this.accept('(')) return { kind: 'property', ...this.#reference(token) };
    if (name === 'newid') return this.#closed({ kind: 'newId' });
    if (name === 'property' || name === 'p') return this.#closed({ kind: 'propertyNamed', name: this.expression(0) });
    throw argumentError(`Unknown function '${token.text}' at position ${token.at}.`);
  }

  #property(): PropertyReference {
    const token = this.#take();
    if (token.kind === 'identifier') return this.#reference(token);
    this.#next -= 1;
    return this.#fail('a property name');
  }

  #reference(first: Token): PropertyReference {
    if (!this.accept('.')) return { scope: 'user', name: first.text };
    const scope = first.text.toLowerCase();
    if (scope !== 'sys' && scope !== 'user') {
      throw argumentError(`Unknown scope '${first.text}' at position ${first.at}: use sys or user.`);
    }
    const token = this.#take();
    // Behind the dot even a keyword can only be a name.
    if (token.kind !== 'identifier' && token.kind !== 'keyword') {
      this.#next -= 1;
      return this.#fail('a property name');
    }
    if (scope === 'sys' && !systemPropertyNames.has(token.text.toLowerCase())) {
      throw argumentError(`There is no system property '${token.text}'.`);
    }
    return { scope, name: token.text };
  }

  #closed(expression: Expression): Expression {
    this.#expect(')');
    return expression;
  }

  #expect(text: string): void {
    if (!this.accept(text)) this.#fail(`'${text}'`);
  }

  #fail(wanted: string): never {
    const token = this.#peek();
    throw argumentError(`Expected ${wanted} at position ${token.at}, found ${token.text}.`);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: 'the end of the expression', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }
}
