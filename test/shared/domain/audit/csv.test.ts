import { expect, test } from 'vitest';
import { csvLine } from '../../../../shared/domain/audit/csv.ts';

test.each([
  [['a', 1, undefined], 'a,1,\r\n'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"\r\n'],
  [['=1+1', '+x', '-x', '@x', '\tx'], "'=1+1,'+x,'-x,'@x,'\tx\r\n"],
])('%j is %j', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
