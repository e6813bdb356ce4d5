import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/limits.md', 'utf8');
const rows = [...page.matchAll(/\| `([^`]+)` +\| `([^` ]+\.ts)` `(\w+)` +\|/g)].map(
  ([, value = '', file = '', name = '']) => ({ value, file, name }),
);

test('the page has the limits that a reader looks for', () => expect(rows.length).toBeGreaterThan(10));

test.each(rows)('$name of $file is $value', ({ value, file, name }) => {
  expect(readFileSync(file, 'utf8')).toContain(`const ${name} = ${value};`);
});
