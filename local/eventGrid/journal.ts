import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoredEvent } from './envelope.ts';

/** One event on its way to one event subscription. */
export interface Delivery {
  key: string;
  subscription: string;
  event: StoredEvent;
  publishedAt: number;
  attempts: number;
  dueAt: number;
  lastAttemptAt?: number;
  lastOutcome?: string;
  /** Why it was given up; from then on it waits to be written as a dead letter. */
  deadLetterReason?: string;
}

type Progress = { key: string } & Partial<Delivery>;
type Entry = { accepted: Delivery[] } | { progress: Progress } | { done: string[] };

/**
 * The deliveries that are not over, in an append-only file. A line is written before what it says is acknowledged, so
 * a killed process takes up where it was; a write that was completed outlives the process without an fsync.
 */
export class Journal {
  readonly #file: number;
  readonly pending: Delivery[];

  constructor(path: string) {
    this.pending = [...replay(path).values()];
    mkdirSync(dirname(path), { recursive: true });
    // What is over is left out: a new file holds the rest, and takes the place of the old one in one step.
    const draft = `${path}.new`;
    this.#file = openSync(draft, 'w');
    if (this.pending.length > 0) this.#append({ accepted: this.pending });
    fsyncSync(this.#file);
    renameSync(draft, path);
  }

  accept(deliveries: Delivery[]): void {
    if (deliveries.length > 0) this.#append({ accepted: deliveries });
  }

  progress(progress: Progress): void {
    this.#append({ progress });
  }

  done(keys: string[]): void {
    this.#append({ done: keys });
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(entry: Entry): void {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
  }
}

function replay(path: string): Map<string, Delivery> {
  const pending = new Map<string, Delivery>();
  if (!existsSync(path)) return pending;
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop(); // empty, or cut short by a kill and so never acknowledged
  for (const line of lines) {
    const entry = JSON.parse(line) as Entry;
    if ('accepted' in entry) for (const delivery of entry.accepted) pending.set(delivery.key, delivery);
    else if ('done' in entry) for (const key of entry.done) pending.delete(key);
    else {
      const delivery = pending.get(entry.progress.key);
      if (delivery) Object.assign(delivery, entry.progress);
    }
  }
  return pending;
}
