import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../../local/arm/store.ts';

describe('the journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => {
    const store = new Store(join(folder, 'journal'));
    return { store, table: store.table<{ group: string }>('things', ({ group }) => [group]) };
  };

  it('gives back what was written, with its indexes', () => {
    const first = open();
    first.table.set('a', { group: 'x' });
    first.table.set('b', { group: 'x' });
    first.table.set('b', { group: 'y' });
    first.table.set('a', undefined);
    first.store.close();

    const { table, store } = open();
    store.close();
    expect(table.entries()).toEqual([['b', { group: 'y' }]]);
    expect([...table.indexed('x')]).toEqual([]);
    expect([...table.indexed('y').keys()]).toEqual(['b']);
  });

  it('keeps a transaction whole', () => {
    const { store, table } = open();
    store.transact(() => {
      table.set('a', { group: 'x' });
      table.set('b', { group: 'x' });
    });
    expect(readFileSync(join(folder, 'journal'), 'utf8').split('\n')).toHaveLength(2);
    expect(() =>
      store.transact(() => {
        table.set('a', undefined);
        table.set('c', { group: 'x' });
        throw new Error('no');
      }),
    ).toThrow('no');
    store.close();

    expect([...table.indexed('x').keys()].sort()).toEqual(['a', 'b']);
    const again = open();
    again.store.close();
    expect(again.table.all()).toHaveLength(2);
  });

  it('drops a line that a kill cut off', () => {
    const { store, table } = open();
    table.set('a', { group: 'x' });
    store.close();
    appendFileSync(join(folder, 'journal'), '[["things","b",{"gro');

    const again = open();
    again.store.close();
    expect(again.table.entries()).toEqual([['a', { group: 'x' }]]);
  });
});
