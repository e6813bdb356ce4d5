import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

const bufferBytes = 64 * 1024;

/** A file whose digest is known when it is written. One buffer takes all of it, so that nothing large becomes garbage. */
export class HashedFile {
  readonly #hash = createHash('sha256');
  readonly #handle: Awaited<ReturnType<typeof open>>;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #filled = 0;

  private constructor(handle: Awaited<ReturnType<typeof open>>) {
    this.#handle = handle;
  }

  static async open(folder: string, name: string): Promise<HashedFile> {
    return new HashedFile(await open(join(folder, name), 'w'));
  }

  async write(text: string): Promise<void> {
    // No character has more than three bytes for each unit of UTF-16.
    if (this.#filled + 3 * text.length > bufferBytes) await this.#flush();
    if (3 * text.length > bufferBytes) return this.#put(Buffer.from(text));
    this.#filled += this.#buffer.write(text, this.#filled);
  }

  async close(): Promise<string> {
    await this.#flush();
    await this.#handle.close();
    return this.#hash.digest('hex');
  }

  /** Also where it was not written to its end; closing it again is no error. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    const filled = this.#filled;
    this.#filled = 0;
    if (filled > 0) await this.#put(this.#buffer.subarray(0, filled));
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    await this.#handle.writeFile(bytes);
  }
}
