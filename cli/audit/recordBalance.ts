import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** What a record and its entry have in common, in the same words: the rest of a record is for people who read. */
export const place = z.object({
  id: z.string(),
  log: z.string(),
  sequence: z.number(),
  at: z.string(),
  type: z.string(),
  actor: z.string(),
});
export type Place = z.infer<typeof place>;

const buckets = 65_536;

/**
 * Whether each record has its entry and each entry its record, once, in memory that does not grow with them. What is
 * recorded is added to the sum of its bucket, what is written is taken from it, as a hash under a random key: nobody can
 * prepare changes that cancel one another out.
 */
export class RecordBalance {
  readonly #key = randomBytes(32).toString('hex');
  /** Two numbers of 32 bits for each bucket, which overflow. */
  readonly #sums = new Uint32Array(2 * buckets);

  recorded(one: Place): void {
    this.#add(one, 1);
  }

  written(one: Place): void {
    this.#add(one, -1);
  }

  /** The first buckets that are not even, at most as many. */
  uneven(most: number): Set<number> {
    const found = new Set<number>();
    for (let bucket = 0; bucket < buckets && found.size < most; bucket += 1)
      if (this.#sums[2 * bucket] !== 0 || this.#sums[2 * bucket + 1] !== 0) found.add(bucket);
    return found;
  }

  /** By where the entry stands: a record that was changed shares it with the entry that it belies. */
  bucketOf({ log, sequence }: Place): number {
    return this.#hashOf(`${log}#${sequence}`).readUInt16LE();
  }

  #add(one: Place, sign: 1 | -1): void {
    const at = 2 * this.bucketOf(one);
    const digest = this.#hashOf(textOf(one));
    this.#sums[at] = (this.#sums[at] ?? 0) + sign * digest.readUInt32LE(0);
    this.#sums[at + 1] = (this.#sums[at + 1] ?? 0) + sign * digest.readUInt32LE(4);
  }

  #hashOf(text: string): Buffer {
    return hash('sha256', this.#key + text, 'buffer');
  }
}

export function textOf({ id, log, sequence, at, type, actor }: Place): string {
  return JSON.stringify([id, log, sequence, at, type, actor]);
}
