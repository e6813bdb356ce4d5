import { expect, test } from 'vitest';
import { parsePolicy } from '../../shared/domain/policyFile.ts';
import { operatorRequest } from '../../shared/workflow/operatorRequest.ts';
import { blocks, readPaper, tableRows } from './markdown.ts';

const paper = readPaper('docs/release.md');

test('the policies in it are valid', () => {
  expect(blocks(paper, 'yaml').map((policy) => parsePolicy(policy).kind)).toEqual(Array(6).fill('policy'));
});

test('it names every command, and no other', () => {
  const named = tableRows(paper, '## Commands').flatMap(([cell = '']) =>
    [...cell.matchAll(/`([\w-]+)/g)].map(([, name = '']) => name),
  );
  const kinds = operatorRequest.options.map(({ shape }) => shape.kind.value);

  expect(named.sort()).toEqual(kinds.sort());
});
