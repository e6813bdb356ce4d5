import { expect, it } from 'vitest';
import { membersOf } from '../../../cli/audit/membersOf.ts';

const document = '{"entries":[\n{"a":"ä"},\n{"b":2},\n{"c":3}\n]}\n';

async function read(bytes: Buffer, partBytes: number): Promise<string[]> {
  async function* parts() {
    for (let from = 0; from < bytes.length; from += partBytes) yield bytes.subarray(from, from + partBytes);
  }
  const members: string[] = [];
  for await (const some of membersOf(parts())) members.push(...some.map(String));
  return members;
}

it('finds the same members however the document is cut into parts', async () => {
  const bytes = Buffer.from(document);
  const members = ['{"a":"ä"}', '{"b":2}', '{"c":3}'];

  for (let partBytes = 1; partBytes <= bytes.length; partBytes += 1)
    expect(await read(bytes, partBytes)).toEqual(members);
});

it('takes a document whose end is missing for broken off', async () => {
  await expect(read(Buffer.from(document.slice(0, -3)), 7)).rejects.toThrow('the answer ends before its end');
});
