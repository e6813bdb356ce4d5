import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Place } from './checkFile.ts';
import { type Problems, shown } from './problems.ts';

/** A key of a map, with its value. */
export interface Entry {
  key: string;
  /** Where the key stands. */
  at: Place;
  value: Value;
}

/** A value of the file, aliases followed. */
export type Value =
  | { kind: 'scalar'; value: string | number | boolean | null; source: string; plain: boolean; at: Place }
  | { kind: 'list'; items: () => Value[]; at: Place }
  | { kind: 'map'; entries: () => Entry[]; at: Place };

/** Aliases multiply: a small file can describe billions of values. */
const mostValues = 100_000;

const deepest = 50;
const tooDeep = 'is nested too deeply';

/** The file describes more than anybody would look at; the message says of what. */
export class TooMuch extends Error {}

/** One file of YAML (or JSON, which is YAML), read with the places of everything in it. */
export class YamlSource {
  readonly #name: string;
  readonly #problems: Problems;
  readonly #lines = new LineCounter();
  readonly #targets = new Map<Alias, Node>();
  readonly #document: Document.Parsed;
  #valuesLeft = mostValues;

  /** Adds what is wrong with the YAML itself to the problems. @throws TooMuch */
  constructor(name: string, text: string, problems: Problems) {
    this.#name = name;
    this.#problems = problems;
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: false, prettyErrors: false });
    const errors = [...this.#document.errors, ...this.#document.warnings];
    // What else it says then is a consequence.
    if (errors.some(({ message }) => /call stack/i.test(message))) throw new TooMuch(tooDeep);
    for (const { pos, message, code } of errors)
      problems.add(
        { file: name, line: this.#lines.linePos(pos[0]).line },
        code === 'MULTIPLE_DOCS' ? 'only one YAML document may be in a file' : `not valid YAML: ${message}`,
      );
    this.#indexAliases();
  }

  /** The whole file; undefined when there is nothing in it. @throws TooMuch while it is walked through. */
  root(): Value | undefined {
    const { contents } = this.#document;
    return contents === null ? undefined : this.#read(contents, { file: this.#name, line: 1 }, 0);
  }

  /** An alias means the last anchor of its name before it. One walk: the library's own look-up is one per alias. */
  #indexAliases(): void {
    const anchors = new Map<string, Node>();
    visit(this.#document, {
      Node: (_, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target) this.#targets.set(node, target);
        } else if (node.anchor) anchors.set(node.anchor, node);
      },
    });
  }

  #read(node: unknown, fallback: Place, depth: number): Value {
    if (this.#valuesLeft-- <= 0) throw new TooMuch('describes too many values');
    if (depth > deepest) throw new TooMuch(tooDeep);
    const at = this.#place(node) ?? fallback;
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target) return { ...this.#read(target, at, depth + 1), at };
      this.#problems.add(at, `there is no anchor &${node.source} before this alias`);
    }
    if (isMap(node)) return { kind: 'map', entries: () => this.#entries(node.items, at, depth + 1), at };
    if (isSeq(node))
      return { kind: 'list', items: () => node.items.map((item) => this.#read(item, at, depth + 1)), at };
    if (!isScalar(node)) return { kind: 'scalar', value: null, source: '', plain: true, at };
    const { value, source = '', type } = node;
    const plain = type === 'PLAIN';
    if (typeof value === 'string') return { kind: 'scalar', value, source: value, plain, at };
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', value, source, plain, at };
    this.#problems.add(at, `${shown(source)} is of a type that goss does not know`);
    return { kind: 'scalar', value: null, source, plain, at };
  }

  /** Keys of the map itself, then those that it merges (`<<`) and has not itself. */
  #entries(pairs: { key: unknown; value: unknown }[], at: Place, depth: number): Entry[] {
    const own = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of pairs) {
      const key = this.#read(pair.key, at, depth);
      if (key.kind !== 'scalar' || key.value === null) {
        this.#problems.add(key.at, 'a key has to be plain text');
        continue;
      }
      const entry = { key: key.source, at: key.at, value: this.#read(pair.value, key.at, depth) };
      if (key.plain && key.source === '<<') merged.push(...this.#merged(entry.value));
      else if (own.has(key.source))
        this.#problems.add(
          key.at,
          `${shown(key.source)} stands here twice; goss would silently drop the first one (line ${own.get(key.source)?.at.line})`,
        );
      else own.set(key.source, entry);
    }
    for (const entry of merged) if (!own.has(entry.key)) own.set(entry.key, entry);
    return [...own.values()];
  }

  #merged(value: Value): Entry[] {
    if (value.kind === 'map') return value.entries();
    if (value.kind === 'list') return value.items().flatMap((item) => this.#merged(item));
    this.#problems.add(value.at, '<< needs a map to merge');
    return [];
  }

  #place(node: unknown): Place | undefined {
    const start =
      typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
        ? node.range[0]
        : undefined;
    return typeof start === 'number' ? { file: this.#name, line: this.#lines.linePos(start).line } : undefined;
  }
}
