import { expect, it } from 'vitest';
import { Tally } from '../../../cli/audit/tally.ts';

const record = (type: string, summary = type) => ({
  ...{ id: 'i', at: '2026-07-01T00:00:00.000Z', log: 'l', type, actor: 'service', summary },
});

it('lists what people decided, and leaves room for it however much is published', () => {
  const tally = new Tally();
  let page = tally.begin('2026-07-01', '2026-09-30');
  for (let count = 0; count < 2_003; count += 1) page += tally.add(record('published'));
  const decided = ['expedited', 'verdictOverridden', 'answered', 'pinned', 'driftFound', 'everythingPaused'];
  for (const type of decided) page += tally.add(record(type, `because of ${type}`));
  page += tally.add(record('vmGone', 'nothing that anybody decided'));
  page += tally.end();

  for (const type of decided) expect(page).toContain(`<td>because of ${type}</td>`);
  expect(page.match(/<td>published<\/td><td>service<\/td>/g)).toHaveLength(2_000);
  expect(page).toContain('<p>3 more are in records.csv.</p>');
  expect(page).not.toContain('nothing that anybody decided');
  expect(page).toContain('<p>2010 entries in all.</p>');
});
