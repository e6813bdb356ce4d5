import type { Entry } from '../domain/entries.ts';
import { parseEntries } from './parseEntries.ts';

/** Of all logs that are kept together: of an image definition with hundreds of versions a log has a few hundred thousand. */
const mostCharacters = 4_000_000;

/**
 * The logs that were read last. A log only grows, and every step reads that of its image definition from the beginning:
 * what was there before is not parsed again. The same line gives the same object, so that what is known of an entry (its
 * hash is right, the state it leads to) stays known.
 */
export class KnownLogs {
  readonly #known = new Map<string, { content: string; entries: Entry[]; etag: string | undefined }>();
  #characters = 0;

  /** As the log was read last, with the ETag that it had. */
  last(log: string): { content: string; etag: string | undefined } | undefined {
    return this.#known.get(log);
  }

  /** @throws {AdapterError} as parseEntries */
  parse(log: string, content: string, etag?: string): Entry[] {
    const before = this.#known.get(log);
    const entries =
      before && content.startsWith(before.content)
        ? [...before.entries, ...parseEntries(log, content.slice(before.content.length), before.entries.length)]
        : parseEntries(log, content);
    this.#forget(log);
    this.#known.set(log, { content, entries, etag });
    this.#characters += content.length;
    for (const oldest of this.#known.keys()) if (this.#characters > mostCharacters) this.#forget(oldest);
    // Whoever reads a log appends to what it got.
    return [...entries];
  }

  /** Has the log transferred again, whatever its ETag: somebody appended that the last read does not show. */
  doubt(log: string): void {
    const known = this.#known.get(log);
    if (known) this.#known.set(log, { ...known, etag: undefined });
  }

  #forget(log: string): void {
    this.#characters -= this.#known.get(log)?.content.length ?? 0;
    this.#known.delete(log);
  }
}
