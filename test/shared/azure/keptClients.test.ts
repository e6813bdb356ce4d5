import { expect, test } from 'vitest';
import { keptClients } from '../../../shared/azure/keptClients.ts';

test('the client of a blob is made once, and each blob has its own', () => {
  const made: string[] = [];
  const clientOf = keptClients((name) => {
    made.push(name);
    return { name };
  });

  expect([clientOf('a'), clientOf('b'), clientOf('a')].map(({ name }) => name)).toEqual(['a', 'b', 'a']);
  expect(made).toEqual(['a', 'b']);
});

test('of however many blobs, no more than 500 clients are kept', () => {
  let made = 0;
  const clientOf = keptClients((name) => ({ name, number: ++made }));
  const first = clientOf('0');
  for (let blob = 1; blob < 500; blob += 1) clientOf(String(blob));
  expect(clientOf('0')).toBe(first);

  clientOf('one more');

  expect(clientOf('0')).not.toBe(first);
  expect(clientOf('one more').number).toBe(501);
});
