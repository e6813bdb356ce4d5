import { hash } from 'node:crypto';
import type { EvidenceFile } from '../../shared/domain/effects.ts';
import { type Entry, entry } from '../../shared/domain/entries.ts';
import type { IndexRecord } from '../../shared/domain/indexRecord.ts';
import { Secret } from '../../shared/domain/secret.ts';
import type { AuditLogs, CheckFiles, DayIndex, Documents, Evidence, PolicyFile } from '../../shared/ports.ts';
import { frozen } from './frozen.ts';

/** Append blobs in memory; entries pass through JSON as they would on the wire, once: most of a log was read before. */
export class FakeAuditLogs implements AuditLogs {
  readonly blobs = new Map<string, string>();
  private readonly parsed = new Map<string, { text: string; entries: Entry[] }>();

  async read(log: string): Promise<{ entries: Entry[]; position: number }> {
    return { entries: [...this.entriesOf(log)], position: this.blobs.get(log)?.length ?? 0 };
  }

  /** What is stored, as whoever reads it gets it. */
  entriesOf(log: string): Entry[] {
    const text = this.blobs.get(log) ?? '';
    const before = this.parsed.get(log);
    if (before?.text === text) return before.entries;
    const known = before && text.startsWith(before.text) ? before : { text: '', entries: [] };
    const lines = text.slice(known.text.length).split('\n');
    const added = lines.filter((line) => line !== '').map((line) => frozen(entry.parse(JSON.parse(line))));
    return this.keep(log, [...known.entries, ...added]);
  }

  protected keep(log: string, entries: Entry[]): Entry[] {
    this.parsed.set(log, { text: this.blobs.get(log) ?? '', entries });
    return entries;
  }

  async append(log: string, entries: Entry[], position: number): Promise<{ position: number } | 'conflict'> {
    const text = this.blobs.get(log) ?? '';
    const block = entries.map((each) => `${JSON.stringify(each)}\n`).join('');
    const end = position + block.length;
    // Only what is not at the end can have landed before, and a text that is looked into is copied whole.
    if (text.length !== position) return text.startsWith(block, position) ? { position: end } : 'conflict';
    this.blobs.set(log, text + block);
    return { position: end };
  }

  async list(prefix: string, since = ''): Promise<string[]> {
    const isNew = (text: string) => since === '' || since <= lastAt(text);
    return [...this.blobs].flatMap(([log, text]) => (log.startsWith(prefix) && isNew(text) ? [log] : [])).sort();
  }
}

/** When the last entry was written. */
function lastAt(text: string): string {
  const before = '"at":"';
  const last = text.lastIndexOf(before);
  const from = last + before.length;
  return last === -1 ? '' : text.slice(from, text.indexOf('"', from));
}

export class FakeDayIndex implements DayIndex {
  readonly days = new Map<string, IndexRecord[]>();

  async add(day: string, records: IndexRecord[]): Promise<void> {
    this.days.set(day, [...(this.days.get(day) ?? []), ...records]);
  }

  async read(day: string): Promise<IndexRecord[]> {
    return this.days.get(day) ?? [];
  }
}

/** Documents pass through JSON once for each write, and nobody changes what others share. */
export class FakeDocuments implements Documents {
  readonly documents = new Map<string, { text: string; etag: string }>();
  private readonly parsed = new WeakMap<object, { value: unknown; etag: string }>();
  private writes = 0;

  async read(name: string) {
    const found = this.documents.get(name);
    if (!found) return undefined;
    const known = this.parsed.get(found) ?? { value: this.sealed(JSON.parse(found.text)), etag: found.etag };
    this.parsed.set(found, known);
    return known;
  }

  protected sealed(value: unknown): unknown {
    return frozen(value);
  }

  async write(name: string, value: unknown, ifMatch: string | undefined): Promise<{ etag: string } | 'conflict'> {
    if (this.documents.get(name)?.etag !== ifMatch) return 'conflict';
    this.writes += 1;
    const etag = `"${this.writes}"`;
    this.documents.set(name, { text: JSON.stringify(value), etag });
    return { etag };
  }

  async delete(name: string, ifMatch: string): Promise<'deleted' | 'conflict'> {
    if (this.documents.get(name)?.etag !== ifMatch) return 'conflict';
    this.documents.delete(name);
    return 'deleted';
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.documents.keys()].filter((name) => name.startsWith(prefix)).sort();
  }
}

export class FakeEvidence implements Evidence {
  readonly files = new Map<string, string>();

  async save(folder: string, { name, content }: EvidenceFile) {
    const path = `${folder}/${name}`;
    this.files.set(path, content);
    return { path, sha256: hash('sha256', content), bytes: Buffer.byteLength(content) };
  }

  async grantAppend(path: string): Promise<Secret> {
    return new Secret(`https://evidence.example/${path}`);
  }

  async read(path: string): Promise<string | undefined> {
    return this.files.get(path);
  }

  /** What the guest does with the URL that it was given. */
  append(url: Secret, text: string): void {
    const path = url.reveal().slice('https://evidence.example/'.length);
    this.files.set(path, `${this.files.get(path) ?? ''}${text}`);
  }
}

export class FakePolicyFile implements PolicyFile {
  text: string | undefined;

  async read(): Promise<string | undefined> {
    return this.text;
  }
}

export class FakeCheckFiles implements CheckFiles {
  readonly texts = new Map<string, string>();

  async read(): Promise<Map<string, string>> {
    return new Map(this.texts);
  }
}
