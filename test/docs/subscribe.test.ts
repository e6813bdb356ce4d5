import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { teamOfOptions } from '../../cli/teams/teamOfOptions.ts';
import { team } from '../../shared/domain/teams/team.ts';
import { compileFilter } from '../../shared/domain/teams/teamFilter.ts';
import { blocks, readPaper, tableRows } from './markdown.ts';

const paper = readPaper('docs/subscribe.md');
const python = 'python3';
const hasPython = spawnSync(python, ['--version']).status === 0;

test('the consumers in it are the ones that are run', () => {
  expect(blocks(paper, 'ts')).toEqual([
    readFileSync('docs/samples/consumer.ts', 'utf8'),
    readFileSync('docs/samples/webhook.ts', 'utf8'),
  ]);
  expect(blocks(paper, 'python')).toEqual([readFileSync('docs/samples/consumer.py', 'utf8')]);
});

test.skipIf(!hasPython)('the consumer in Python is Python', () => {
  const source = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';

  expect(spawnSync(python, ['-c', source, 'docs/samples/consumer.py']).status).toBe(0);
});

test.each(tableRows(paper, '## Filters').slice(1))('%s: %s', (_, cell = '') => {
  const words = [...cell.replaceAll('`', '').matchAll(/'([^']*)'(?=\s|$)|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
  const options: Record<string, string[]> = {};
  for (let index = 0; cell !== '(none)' && index < words.length; index += 2) {
    const name = words[index]?.slice(2) ?? '';
    options[name] = [...(options[name] ?? []), words[index + 1] ?? ''];
  }
  const { sql, ...lists } = options;
  const me = { objectId: '00000000-0000-0000-0000-00000000000a', type: 'User' };
  const body = team.parse(teamOfOptions({ ...lists, ...(sql?.[0] !== undefined && { sql: sql[0] }) }, me));

  expect(compileFilter('web', body.filter)).toMatchObject({ kind: 'sql' });
});

test('the file of teams in it is one, and so is the one in infra/', () => {
  for (const text of [...blocks(paper, 'yaml'), readFileSync('infra/teams.yaml', 'utf8')])
    for (const each of Object.values(parse(text).teams)) team.parse(each);
});
