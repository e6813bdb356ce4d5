import type { Place } from './checkFile.ts';
import { resolveInclude } from './includes.ts';
import { parseSetting } from './parseSetting.ts';
import { Problems, shown } from './problems.ts';
import { suggest } from './suggest.ts';
import { type Entry, YamlSource } from './yamlSource.ts';

export interface Include {
  /** Path or glob, resolved against the including file. */
  name: string;
  at: Place;
}

/** One entry of `gossfile`; undefined when it is skipped. */
export function parseInclude({ key, at, value }: Entry, problems: Problems): Include | undefined {
  let file = key;
  let skip = false;
  if (value.kind === 'list' || (value.kind === 'scalar' && value.value !== null))
    problems.add(value.at, 'gossfile needs a map, such as {}');
  for (const field of value.kind === 'map' ? value.entries() : []) {
    if (field.key === 'file') file = String(parseSetting(field, 'string', problems) ?? key);
    else if (field.key === 'skip') skip = parseSetting(field, 'boolean', problems) === true;
    else if (field.key !== 'title' && field.key !== 'meta')
      problems.add(
        field.at,
        `gossfile has no ${shown(field.key)}${suggest(field.key, ['file', 'skip', 'title', 'meta'])}`,
      );
  }
  return skip ? undefined : { name: resolveInclude(at.file, file), at };
}

/** Paths and globs that a file includes, so that they can be fetched before it is parsed; what is wrong with it counts later. */
export function listIncludes(name: string, text: string): string[] {
  const problems = new Problems();
  try {
    const root = new YamlSource(name, text, problems).root();
    const gossfile = root?.kind === 'map' ? root.entries().find(({ key }) => key === 'gossfile')?.value : undefined;
    const entries = gossfile?.kind === 'map' ? gossfile.entries() : [];
    return entries.flatMap((entry) => parseInclude(entry, problems)?.name ?? []);
  } catch {
    return [];
  }
}
