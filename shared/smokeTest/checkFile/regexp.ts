import { RE2JS } from 're2js';

export interface Regexp {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
}

/**
 * Compiles a pattern of Go's `regexp` (RE2: linear in the text, whatever the pattern), or says why it cannot.
 * Source: https://pkg.go.dev/regexp/syntax
 */
export function compileRegexp(pattern: string): Regexp | { problem: string } {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    return { problem: error instanceof Error ? error.message.slice(0, 200) : 'it cannot be compiled' };
  }
}
