import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { entrySchema, firstBroken } from '../../shared/domain/entries.ts';
import { foldGolden } from './foldGolden.ts';

const files = globSync('test/golden/schema*/*/*.jsonl').sort();
const read = (file: string) => ({ log: basename(file, '.jsonl'), text: readFileSync(file, 'utf8') });

describe('logs that a released schema has left behind', () => {
  it.each(files)('%s folds to the state it had then', (file) => {
    const { log, text } = read(file);
    const then: unknown = JSON.parse(readFileSync(file.replace(/jsonl$/, 'state.json'), 'utf8'));

    // Later code may know more of a state; what it knew then, it knows for ever.
    expect(foldGolden(log, text)).toMatchObject(then as object);
  });

  it.each(files)('%s is an intact chain', (file) => {
    const { log, text } = read(file);

    expect(firstBroken(parseEntries(log, text))).toBeUndefined();
  });

  it('are there for every schema before the one that is written today', () => {
    const schemas = new Set(files.map((file) => Number(/schema(\d+)/.exec(file)?.[1])));

    for (let schema = 1; schema < entrySchema; schema += 1) expect(schemas).toContain(schema);
  });
});
