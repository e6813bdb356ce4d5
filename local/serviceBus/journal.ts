import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JournalRecord, Recorder } from './entity/records.ts';

/**
 * The append-only file. What is appended in one turn of the event loop becomes one line and one write, so it survives
 * whole or not at all, and nothing in it is acknowledged before. A completed write outlives a SIGKILL of the process;
 * it is not synced to the disk.
 */
export class Journal implements Recorder {
  readonly #path: string;
  #file: number | undefined;
  #pending: JournalRecord[] = [];
  #waiting: (() => void)[] = [];
  #scheduled = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** The records of earlier runs; a line that a kill cut short was never acknowledged and is left out. */
  *replay(): Iterable<JournalRecord> {
    if (!existsSync(this.#path)) return;
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    lines.pop();
    for (const line of lines) yield* JSON.parse(line) as JournalRecord[];
  }

  /** Replaces the file by one with only these records, and goes on from there. */
  open(records: Iterable<JournalRecord>): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const draft = `${this.#path}.new`;
    const file = openSync(draft, 'w');
    for (const record of records) writeFully(file, `${JSON.stringify([record])}\n`);
    fsyncSync(file);
    renameSync(draft, this.#path);
    this.#file = file;
  }

  append(record: JournalRecord): void {
    this.#pending.push(record);
    this.#schedule();
  }

  whenDurable(action: () => void): void {
    this.#waiting.push(action);
    this.#schedule();
  }

  close(): void {
    if (this.#file === undefined) return;
    this.#flush();
    closeSync(this.#file);
    this.#file = undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#file === undefined) return;
    const records = this.#pending;
    const actions = this.#waiting;
    this.#pending = [];
    this.#waiting = [];
    if (records.length > 0) writeFully(this.#file, `${JSON.stringify(records)}\n`);
    for (const action of actions) action();
  }
}

function writeFully(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
