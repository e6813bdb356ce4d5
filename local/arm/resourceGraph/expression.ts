import { ArmError } from '../errors.ts';

type Row = Record<string, unknown>;
export type Expression = (row: Row) => unknown;

const token = /\s*(?:('(?:[^'\\]|\\.)*')|(in~|==|=~|[(),=])|([A-Za-z_][\w.]*))/y;

/** The part of the query language that is understood here; anything else is refused, as Azure refuses nonsense. */
export class ExpressionReader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    token.lastIndex = 0;
    while (token.lastIndex < text.trimEnd().length) {
      const match = token.exec(text);
      if (!match) throw invalidQuery(text);
      this.#tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
    }
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Whether the next token is this one, which is then passed. */
  passes(expected: string): boolean {
    if (this.#tokens[this.#at] !== expected) return false;
    this.#at += 1;
    return true;
  }

  take(): string {
    const next = this.#tokens[this.#at];
    if (next === undefined) throw invalidQuery('the end');
    this.#at += 1;
    return next;
  }

  condition(): Expression {
    const parts = [this.#conjunction()];
    while (this.passes('or')) parts.push(this.#conjunction());
    return parts.length === 1 ? (parts[0] as Expression) : (row) => parts.some((part) => part(row) === true);
  }

  #conjunction(): Expression {
    const parts = [this.#comparison()];
    while (this.passes('and')) parts.push(this.#comparison());
    return parts.length === 1 ? (parts[0] as Expression) : (row) => parts.every((part) => part(row) === true);
  }

  #comparison(): Expression {
    if (this.passes('(')) {
      const inner = this.condition();
      this.#expect(')');
      return inner;
    }
    const left = this.scalar();
    const operator = this.take();
    const isCaseless = operator.endsWith('~');
    const right = operator === 'in' || operator === 'in~' ? this.#list() : [this.scalar()];
    if (!['==', '=~', 'in', 'in~'].includes(operator)) throw invalidQuery(operator);
    const form = (value: unknown) => (isCaseless ? text(value).toLowerCase() : text(value));
    return (row) => right.some((each) => form(left(row)) === form(each(row)));
  }

  #list(): Expression[] {
    this.#expect('(');
    const items = [this.scalar()];
    while (this.passes(',')) items.push(this.scalar());
    this.#expect(')');
    return items;
  }

  /** A string, a path, or a function of one. */
  scalar(): Expression {
    const next = this.take();
    if (next.startsWith("'")) return () => next.slice(1, -1).replaceAll(/\\(.)/g, '$1');
    if (!this.passes('(')) return (row) => valueAt(row, next);
    const argument = this.scalar();
    this.#expect(')');
    if (next === 'tostring') return (row) => text(argument(row));
    if (next === 'tolower') return (row) => text(argument(row)).toLowerCase();
    throw invalidQuery(next);
  }

  #expect(expected: string): void {
    if (!this.passes(expected)) throw invalidQuery(this.#tokens[this.#at] ?? 'the end');
  }
}

function valueAt(row: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
  }, row);
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

export function invalidQuery(near: string): ArmError {
  return new ArmError(400, {
    code: 'BadRequest',
    message: 'Please provide below info when asking for support.',
    details: [{ code: 'InvalidQuery', message: `Query is invalid. Please refer to the documentation: near ${near}` }],
  });
}
