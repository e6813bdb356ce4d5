import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkResult } from '../../shared/domain/facts.ts';
import { checkTypes } from '../../shared/smokeTest/checkFile/checkTypes.ts';
import { parseCheckFile } from '../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { matcherNames } from '../../shared/smokeTest/checkFile/parseMatcher.ts';
import { runCommand } from '../cli/runCommand.ts';
import { blocks, readPaper, tableRows } from './markdown.ts';

const paper = readPaper('docs/check-files.md');
const code = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('the first example is the sample, and every example can be used', () => {
  expect(blocks(paper, 'yaml')[0]).toBe(readFileSync('docs/samples/checks.yaml', 'utf8'));
  for (const example of blocks(paper, 'yaml'))
    expect(parseCheckFile('goss.yaml', new Map([['goss.yaml', example]]))).toMatchObject({ kind: 'checkFile' });
});

test.each(blocks(paper, 'console'))('prints what it says: %s', async (block) => {
  const [command = '', ...lines] = block.split('\n');
  const { stdout } = await runCommand(command.replace('$ npx imprimatur ', '').split(' '));

  expect(stdout.split('\n')).toEqual(lines);
});

test('it names every type with its settings, attributes and their kinds, and no other', () => {
  const rows = tableRows(paper, '## Checks').slice(1);
  const named = rows.map(([type = '', settings = '', attributes = '']) => [
    code(type)[0],
    {
      settings: code(settings.replaceAll(/\([^)]*\)/g, '')),
      attributes: Object.fromEntries(
        [...attributes.matchAll(/`([\w-]+)`\**\s(\w+)/g)].map(([, name, kind]) => [name, kind]),
      ),
      required: /\*\*`([\w-]+)`\*\*/.exec(attributes)?.[1],
    },
  ]);

  const known = Object.entries(checkTypes).map(([type, { subject, settings, attributes, required }]) => [
    type,
    { settings: [subject, ...Object.keys(settings)], attributes, required },
  ]);
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(known));
});

test('it names every matcher, and no other', () => {
  const named = tableRows(paper, '## Matchers')
    .slice(1)
    .flatMap(([cell = '']) => code(cell).map((text) => text.split(':')[0]));

  expect(named.sort()).toEqual([...matcherNames].sort());
});

test('it names every outcome, and no other', () => {
  const named = tableRows(paper, '## What comes out')
    .slice(1)
    .flatMap(([cell = '']) => code(cell));

  expect(named.sort()).toEqual([...checkResult.shape.outcome.options].sort());
});
