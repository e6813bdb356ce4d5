import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const version = z.object({ version: z.string(), value: z.string(), at: z.number() });
type Version = z.infer<typeof version>;
const file = z.record(z.string(), z.array(version));

/** All versions of all secrets, in a file that its owner alone reads. */
export class SecretStore {
  readonly #file: string;
  readonly #secrets: Record<string, Version[]>;

  constructor(path: string) {
    this.#file = path;
    this.#secrets = existsSync(path) ? file.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
  }

  put(name: string, value: string, at: number): { version: string; at: number } {
    const made = { version: randomBytes(16).toString('hex'), value, at };
    const key = name.toLowerCase();
    this.#secrets[key] = [...(this.#secrets[key] ?? []), made];
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#secrets), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
    return made;
  }

  /** The newest version, or the one that is named. */
  get(name: string, wanted?: string): Version | undefined {
    const versions = this.#secrets[name.toLowerCase()] ?? [];
    return wanted === undefined ? versions.at(-1) : versions.find(({ version: id }) => id === wanted);
  }
}
