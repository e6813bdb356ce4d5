import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const bufferBytes = 64 * 1024;

/**
 * A file whose digest is known when it is written. One buffer takes all of it, and nothing is awaited: a million lines
 * would leave as many promises behind, and nobody else waits for this process.
 */
export class HashedFile {
  readonly #hash = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  readonly #file: number;
  #filled = 0;
  #isOpen = true;

  constructor(folder: string, name: string) {
    this.#file = openSync(join(folder, name), 'w');
  }

  write(text: string): void {
    // No character has more than three bytes for each unit of UTF-16.
    if (this.#filled + 3 * text.length > bufferBytes) this.#flush();
    if (3 * text.length > bufferBytes) this.#put(Buffer.from(text));
    else this.#filled += this.#buffer.write(text, this.#filled);
  }

  /** Bytes, and the end of their line. */
  writeLine(bytes: Buffer): void {
    if (this.#filled + bytes.length + 1 > bufferBytes) this.#flush();
    if (bytes.length + 1 > bufferBytes) this.#put(bytes);
    else this.#filled += bytes.copy(this.#buffer, this.#filled);
    this.write('\n');
  }

  close(): string {
    this.#flush();
    this[Symbol.dispose]();
    return this.#hash.digest('hex');
  }

  /** Also where it was not written to its end. */
  [Symbol.dispose](): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #flush(): void {
    const filled = this.#filled;
    this.#filled = 0;
    if (filled > 0) this.#put(this.#buffer.subarray(0, filled));
  }

  #put(bytes: Buffer): void {
    this.#hash.update(bytes);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
  }
}
