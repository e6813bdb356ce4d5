import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { normalize, sep } from 'node:path';
import { compileGlob, isGlob } from '../../shared/smokeTest/checkFile/includes.ts';
import { listIncludes } from '../../shared/smokeTest/checkFile/parseInclude.ts';
import { UsageError } from '../exitCodes.ts';

/** Beyond what the parser takes; it says so. */
const mostFiles = 101;
const mostBytes = 1_048_576;

/**
 * A check file and what it includes, by path as the user would name it. What is included and not there is left to the
 * parser, which knows the place.
 *
 * @throws UsageError when the file itself cannot be read.
 */
export async function readCheckFiles(file: string): Promise<{ main: string; files: Map<string, string> }> {
  const main = normalize(file).split(sep).join('/');
  const files = new Map<string, string>();
  const wanted = [main];
  for (let name = wanted.shift(); name !== undefined && files.size < mostFiles; name = wanted.shift()) {
    if (files.has(name)) continue;
    const text = await readText(name);
    if (text === undefined) continue;
    files.set(name, text);
    for (const include of listIncludes(name, text))
      wanted.push(...(isGlob(include) ? await expand(include) : [include]));
  }
  if (!files.has(main)) throw new UsageError(`${file} cannot be read`);
  return { main, files };
}

/** Undefined when it is no regular file, or not ours to read. */
async function readText(path: string): Promise<string | undefined> {
  try {
    await using handle = await open(path);
    if (!(await handle.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  }
}

/** Files that a glob means, folder by folder. */
async function expand(glob: string): Promise<string[]> {
  const [first = '', ...segments] = glob.split('/');
  let found = glob.startsWith('/') ? ['/'] : isGlob(first) ? await namesIn('.', first) : [first];
  for (const segment of segments) {
    const deeper = found.map(async (folder) => {
      const prefix = folder === '/' ? '/' : `${folder}/`;
      if (!isGlob(segment)) return [`${prefix}${segment}`];
      return (await namesIn(folder, segment)).map((name) => `${prefix}${name}`);
    });
    found = (await Promise.all(deeper)).flat();
  }
  return found.toSorted();
}

async function namesIn(folder: string, glob: string): Promise<string[]> {
  const matches = compileGlob(glob);
  const entries = matches ? await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []) : [];
  return entries.map(({ name }) => name).filter((name) => matches?.(name));
}
