import { expect, test } from 'vitest';
import hostJson from '../../host.json' with { type: 'json' };
import { readPaper, tableRows } from './markdown.ts';

/** Every setting by its path, with its value as text. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, path === '' ? key : `${path}.${key}`));
}

test('every setting of host.json has its value and a reason in docs/host-json.md, and nothing else has', () => {
  const rows = tableRows(readPaper('docs/host-json.md'), '# host.json, setting by setting').slice(1);

  const explained = rows.map(([setting = '', value = '']) => [setting.replaceAll('`', ''), value.replaceAll('`', '')]);
  const withoutReason = rows.filter(([, , why = '']) => why.length < 20);

  expect(explained).toEqual(leaves(hostJson));
  expect(withoutReason).toEqual([]);
});
