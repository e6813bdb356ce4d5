import type { Place } from './checkFile.ts';

/** Something in a check file that keeps it from being used. */
export interface Problem extends Place {
  message: string;
}

/** More of them help nobody. */
const mostProblems = 100;

export class Problems {
  readonly #found: Problem[] = [];
  readonly #keys = new Set<string>();

  add(at: Place, message: string): void {
    const problem = { file: at.file, line: at.line, message: short(message, 500) };
    // What stands under an anchor is read once for every alias.
    const key = JSON.stringify(problem);
    if (this.#keys.has(key) || this.#found.length >= mostProblems) return;
    this.#keys.add(key);
    this.#found.push(problem);
  }

  get count(): number {
    return this.#found.length;
  }

  /** By file as it was met, then by line. */
  sorted(): Problem[] {
    const files = [...new Set(this.#found.map(({ file }) => file))];
    return this.#found.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
  }
}

/** As it stands in a message: quoted where it is a text, and shortened. */
export function shown(value: unknown, limit = 80): string {
  return short(typeof value === 'string' ? JSON.stringify(value) : String(value), limit);
}

export function short(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
