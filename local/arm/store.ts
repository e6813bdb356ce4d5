import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Table } from './table.ts';

interface Transaction {
  changes: Change[];
  undo: (() => void)[];
}

type Change = [table: string, key: string, record: unknown];

/** Rewriting the journal is worth it once it holds this many changes that later ones made void. */
const voidChangesBeforeCompaction = 50_000;

/**
 * Everything local ARM must remember, in an append-only file: one line is one transaction, written before it is
 * answered, so a kill at any moment loses nothing that was acknowledged and keeps nothing by halves.
 */
export class Store {
  readonly #file: string;
  readonly #tables = new Map<string, { entries(): Iterable<[string, unknown]> }>();
  readonly #loaded: Map<string, Map<string, unknown>>;
  #descriptor: number;
  #changesInFile: number;
  #transaction: Transaction | undefined;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#loaded = readJournal(file);
    this.#changesInFile = writeJournal(file, this.#loaded);
    this.#descriptor = openSync(file, 'a');
  }

  /** Opens a table with what the journal holds of it. Index keys group records for `indexed`. */
  table<T>(name: string, indexKeysOf: (record: T) => string[] = () => []): Table<T> {
    const table = new Table<T>(indexKeysOf, (key, before, after) => {
      this.#record([name, key, after ?? null], () => table.apply(key, before));
    });
    // The journal is this module's own: its records have the type they were written with.
    for (const [key, record] of this.#loaded.get(name) ?? []) table.apply(key, record as T);
    this.#tables.set(name, table);
    return table;
  }

  /**
   * Runs a change of any number of tables as one: written as one line, taken back when `action` throws. One
   * within another is taken back alone, and written with it.
   */
  transact<R>(action: () => R): R {
    const outer = this.#transaction;
    const transaction: Transaction = { changes: [], undo: [] };
    this.#transaction = transaction;
    try {
      const result = action();
      if (outer) {
        outer.changes.push(...transaction.changes);
        outer.undo.push(...transaction.undo);
      } else this.#append(transaction.changes);
      return result;
    } catch (error) {
      for (const undo of transaction.undo.reverse()) undo();
      throw error;
    } finally {
      this.#transaction = outer;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #record(change: Change, undo: () => void): void {
    this.#transaction?.undo.push(undo);
    if (this.#transaction) this.#transaction.changes.push(change);
    else this.#append([change]);
  }

  #append(changes: Change[]): void {
    if (changes.length === 0) return;
    writeSync(this.#descriptor, `${JSON.stringify(changes)}\n`);
    this.#changesInFile += changes.length;
    if (this.#changesInFile > voidChangesBeforeCompaction) this.#compact();
  }

  #compact(): void {
    const live = new Map([...this.#tables].map(([name, table]) => [name, new Map(table.entries())]));
    const count = [...live.values()].reduce((sum, table) => sum + table.size, 0);
    if (this.#changesInFile - count < voidChangesBeforeCompaction) return;
    closeSync(this.#descriptor);
    this.#changesInFile = writeJournal(this.#file, live);
    this.#descriptor = openSync(this.#file, 'a');
  }
}

function readJournal(file: string): Map<string, Map<string, unknown>> {
  const tables = new Map<string, Map<string, unknown>>();
  if (!existsSync(file)) return tables;
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.pop(); // empty after a whole last line, else a transaction that a kill cut off: never acknowledged
  for (const line of lines) {
    for (const [name, key, record] of JSON.parse(line) as Change[]) {
      const table = tables.get(name) ?? new Map<string, unknown>();
      tables.set(name, table);
      if (record === null) table.delete(key);
      else table.set(key, record);
    }
  }
  return tables;
}

function writeJournal(file: string, tables: Map<string, Map<string, unknown>>): number {
  const changes = [...tables].flatMap(([name, records]) => [...records].map(([key, record]) => [name, key, record]));
  writeFileSync(`${file}.new`, changes.map((change) => `${JSON.stringify([change])}\n`).join(''));
  renameSync(`${file}.new`, file);
  return changes.length;
}
