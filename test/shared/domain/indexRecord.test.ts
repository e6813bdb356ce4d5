import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { parseEntries } from '../../../shared/azure/parseEntries.ts';
import { indexRecordsOf } from '../../../shared/domain/indexRecord.ts';

const [file = ''] = globSync('test/golden/schema1/secondSize/incarnations*.jsonl');
const records = indexRecordsOf(parseEntries(basename(file, '.jsonl'), readFileSync(file, 'utf8')), 0);

test('what concerns a smoke test names version and attempt, so that log lines can be asked for both', () => {
  const launches = records.filter(({ type }) => type === 'launchIntended');

  expect(launches.map(({ version, attempt }) => [version, attempt])).toEqual([
    ['1.0.0', 1],
    ['1.0.0', 2],
  ]);
  expect(records.find(({ type }) => type === 'verdictReached')).not.toHaveProperty('attempt');
});
