import type { Check, CheckFile, CheckType, Place } from './checkFile.ts';
import { checkTypes } from './checkTypes.ts';
import { compileGlob, isGlob } from './includes.ts';
import { parseCheck } from './parseCheck.ts';
import { type Include, parseInclude } from './parseInclude.ts';
import { type Problem, Problems, shown } from './problems.ts';
import { suggest } from './suggest.ts';
import { findTemplates } from './templates.ts';
import { worstCaseMs } from './worstCaseMs.ts';
import { type Entry, TooMuch, type Value, YamlSource } from './yamlSource.ts';

export type ParsedCheckFile =
  /** `sources` are the files that were read for it: name → text. */
  { kind: 'checkFile'; file: CheckFile; sources: Record<string, string> } | { kind: 'invalid'; problems: Problem[] };

const mostFiles = 100;
/** Of all files together. */
const mostCharacters = 524_288;
/** The guest's compact answer has one character for each. */
const mostAssertions = 2_500;
/** A run command may take 90 minutes, and there are restarts in between. */
const longestRunMs = 2_700_000;

const types: readonly string[] = [...Object.keys(checkTypes), 'matching'];

/**
 * Reads a check file in the goss format, with all that it includes from `files` (name → text; names are paths with `/`).
 * Whatever is misspelled, doubled or not supported is a problem with its place: nothing is skipped in silence. Never
 * throws, whatever the texts are.
 */
export function parseCheckFile(main: string, files: ReadonlyMap<string, string>): ParsedCheckFile {
  const problems = new Problems();
  const reading = new Reading(files, problems);
  const start = { file: main, line: 1 };
  reading.include({ name: main, at: start }, []);
  const { checks, sources } = reading;
  checkLimits(checks, start, problems);
  return problems.count > 0
    ? { kind: 'invalid', problems: problems.sorted() }
    : { kind: 'checkFile', file: { checks }, sources: Object.fromEntries(sources) };
}

function checkLimits(checks: Check[], start: Place, problems: Problems): void {
  if (checks.length === 0 && problems.count === 0) problems.add(start, 'yields no checks');
  const assertions = checks.reduce((sum, check) => sum + check.assertions.length, 0);
  if (assertions > mostAssertions)
    problems.add(start, `${assertions} assertions are more than the ${mostAssertions} that one run can answer`);
  const minutes = worstCaseMs(checks) / 60_000;
  if (worstCaseMs(checks) > longestRunMs)
    problems.add(
      start,
      `all timeouts and retries together are ${Math.ceil(minutes)} minutes, more than ${longestRunMs / 60_000}`,
    );
}

class Reading {
  readonly checks: Check[] = [];
  readonly sources = new Map<string, string>();
  readonly #files: ReadonlyMap<string, string>;
  readonly #problems: Problems;
  #charactersLeft = mostCharacters;
  readonly #places = new Map<string, Place>();

  constructor(files: ReadonlyMap<string, string>, problems: Problems) {
    this.#files = files;
    this.#problems = problems;
  }

  /** Reads one file and then what it includes; a file that was read before is not read again. */
  include({ name, at }: Include, above: string[]): void {
    if (this.sources.has(name) && !above.includes(name)) return;
    const text = this.#files.get(name);
    const refusal = this.#refusal(name, text, above);
    if (refusal !== undefined) this.#problems.add(at, refusal);
    else if (text !== undefined) this.#readWith(name, text, above);
  }

  #readWith(name: string, text: string, above: string[]): void {
    this.sources.set(name, text);
    this.#charactersLeft -= text.length;
    const templates = findTemplates(name, text);
    for (const { place, message } of templates) this.#problems.add(place, message);
    if (templates.length > 0) return;
    for (const include of this.#read(name, text)) this.include(include, [...above, name]);
  }

  #refusal(name: string, text: string | undefined, above: string[]): string | undefined {
    if (above.includes(name)) return `includes itself: ${[...above, name].join(' → ')}`;
    if (text === undefined) return `there is no file ${shown(name)}`;
    if (this.sources.size >= mostFiles) return `more than ${mostFiles} files are included`;
    if (text.length > this.#charactersLeft) return `more than ${mostCharacters / 1024} KiB of check files`;
    return undefined;
  }

  /** Adds the checks of one file and returns what it includes. */
  #read(name: string, text: string): Include[] {
    try {
      const before = this.#problems.count;
      const root = new YamlSource(name, text, this.#problems).root();
      // What follows from a mistake in the YAML is no news.
      return root && this.#problems.count === before ? this.#readRoot(root) : [];
    } catch (error) {
      if (!(error instanceof TooMuch || error instanceof RangeError)) throw error;
      const message = error instanceof TooMuch ? error.message : 'is nested too deeply';
      this.#problems.add({ file: name, line: 1 }, message);
      return [];
    }
  }

  #readRoot(root: Value): Include[] {
    if (root.kind === 'scalar' && root.value === null) return [];
    if (root.kind !== 'map') {
      this.#problems.add(root.at, 'a check file is a map of types of checks');
      return [];
    }
    return root.entries().flatMap(({ key, at, value }) => {
      if (!isCheckType(key) && key !== 'gossfile') {
        this.#problems.add(at, `there is no type of check ${shown(key)}${suggest(key, [...types, 'gossfile'])}`);
        return [];
      }
      if (value.kind === 'scalar' && value.value === null) return [];
      if (value.kind !== 'map') {
        this.#problems.add(value.at, `${key} needs a map: a name, and what is asserted of it`);
        return [];
      }
      if (key === 'gossfile') return value.entries().flatMap((entry) => this.#readInclude(entry));
      for (const entry of value.entries()) this.#readCheck(key, entry);
      return [];
    });
  }

  #readCheck(type: CheckType, entry: Entry): void {
    const key = `${type} ${entry.key}`;
    const first = this.#places.get(key);
    if (first)
      this.#problems.add(
        entry.at,
        `${type} ${shown(entry.key)} stands in ${first.file}:${first.line} too; goss would silently drop one of them`,
      );
    this.#places.set(key, entry.at);
    const check = parseCheck(type, entry, this.#problems);
    if (check) this.checks.push(check);
  }

  #readInclude(entry: Entry): Include[] {
    const include = parseInclude(entry, this.#problems);
    if (!include) return [];
    return isGlob(include.name) ? this.#matching(include.name, include.at) : [include];
  }

  #matching(glob: string, at: Place): Include[] {
    const matches = compileGlob(glob);
    const names = matches ? [...this.#files.keys()].filter(matches).toSorted() : [];
    if (names.length === 0) this.#problems.add(at, `no file matches ${shown(glob)}`);
    return names.map((name) => ({ name, at }));
  }
}

function isCheckType(type: string): type is CheckType {
  return types.includes(type);
}
