import { argumentError } from '../errors.ts';

export type Token =
  | { kind: 'string' | 'identifier' | 'keyword' | 'symbol'; text: string; at: number }
  | { kind: 'number'; text: string; value: number; at: number }
  | { kind: 'end'; text: string; at: number };

const keywords = new Set([
  ...['AND', 'OR', 'NOT', 'IN', 'LIKE', 'ESCAPE', 'IS', 'NULL', 'EXISTS', 'TRUE', 'FALSE', 'SET', 'REMOVE'],
]);

const patterns: [Token['kind'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['string', /'(?:[^']|'')*'/y],
  ['identifier', /\[(?:[^\]]|\]\])+\]|"(?:[^"]|"")+"/y],
  ['keyword', /[\p{L}_@][\p{L}\p{Nd}_]*/uy],
  ['symbol', /<>|!=|<=|>=|[=<>+\-*/%(),.;]/y],
];

/** Splits a filter or action expression; ends with one `end` token. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < expression.length) {
    const match = matchAt(expression, at);
    if (!match) throw argumentError(`Unexpected character '${expression[at]}' at position ${at}.`);
    const token = toToken(match.kind, match.text, at);
    if (token) tokens.push(token);
    at += match.text.length;
  }
  return [...tokens, { kind: 'end', text: 'the end of the expression', at }];
}

function matchAt(expression: string, at: number): { kind: Token['kind'] | 'space'; text: string } | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(expression)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}

function toToken(kind: Token['kind'] | 'space', text: string, at: number): Token | undefined {
  if (kind === 'space') return undefined;
  if (kind === 'number') return { kind, text, value: Number(text), at };
  if (kind === 'string') return { kind, text: text.slice(1, -1).replaceAll("''", "'"), at };
  if (kind === 'identifier') {
    const close = text[0] === '[' ? ']' : '"';
    return { kind, text: text.slice(1, -1).replaceAll(close + close, close), at };
  }
  if (kind === 'keyword') {
    const upper = text.toUpperCase();
    return keywords.has(upper) ? { kind, text: upper, at } : { kind: 'identifier', text, at };
  }
  return kind === 'symbol' ? { kind, text, at } : undefined;
}
