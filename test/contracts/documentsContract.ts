import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Documents } from '../../shared/ports.ts';

/** What every Documents does, in memory or in Azure. */
export function documentsContract(name: string, make: () => Documents): void {
  describe(`documents: ${name}`, () => {
    const newName = () => `open/${randomUUID()}`;

    test('has nothing under a name that was never written', async () => {
      expect(await make().read(newName())).toBeUndefined();
    });

    test('reads back what was written, with its ETag', async () => {
      const [documents, document] = [make(), newName()];

      const written = await documents.write(document, { slots: ['größer'] }, undefined);

      expect(await documents.read(document)).toEqual({ value: { slots: ['größer'] }, ...(written as object) });
    });

    test('creates only what does not exist', async () => {
      const [documents, document] = [make(), newName()];
      await documents.write(document, 1, undefined);

      expect(await documents.write(document, 2, undefined)).toBe('conflict');
      expect((await documents.read(document))?.value).toBe(1);
    });

    test('replaces under the ETag that was read, and under no older one', async () => {
      const [documents, document] = [make(), newName()];
      await documents.write(document, 1, undefined);
      const { etag } = (await documents.read(document)) ?? { etag: '' };

      const replaced = await documents.write(document, 2, etag);

      expect(replaced).toEqual({ etag: expect.not.stringMatching(etag) });
      expect(await documents.write(document, 3, etag)).toBe('conflict');
      expect((await documents.read(document))?.value).toBe(2);
    });

    test('gives a rewritten document a new ETag even if nothing in it changed', async () => {
      const [documents, document] = [make(), newName()];
      const first = await documents.write(document, 1, undefined);
      const { etag } = (await documents.read(document)) ?? { etag: '' };

      expect(await documents.write(document, 1, etag)).not.toEqual(first);
    });

    test('replaces nothing that is not there', async () => {
      expect(await make().write(newName(), 1, '"0x8DC0000000000"')).toBe('conflict');
    });

    test('deletes under the ETag that was read, and under no older one', async () => {
      const [documents, document] = [make(), newName()];
      await documents.write(document, 1, undefined);
      const old = (await documents.read(document))?.etag ?? '';
      await documents.write(document, 2, old);
      const current = (await documents.read(document))?.etag ?? '';

      expect(await documents.delete(document, old)).toBe('conflict');
      expect(await documents.delete(document, current)).toBe('deleted');
      expect(await documents.read(document)).toBeUndefined();
    });

    test('has nothing to delete twice', async () => {
      const [documents, document] = [make(), newName()];
      await documents.write(document, 1, undefined);
      const { etag } = (await documents.read(document)) ?? { etag: '' };
      await documents.delete(document, etag);

      expect(await documents.delete(document, etag)).toBe('conflict');
    });

    test('lets one of two writers win', async () => {
      const [documents, document] = [make(), newName()];

      const answers = await Promise.all([1, 2].map((value) => documents.write(document, value, undefined)));

      expect(answers.filter((answer) => answer === 'conflict')).toHaveLength(1);
    });

    test('lists names by prefix, in order', async () => {
      const [documents, folder] = [make(), randomUUID()];
      for (const document of [`${folder}/b`, `${folder}/a`, `other-${folder}/c`]) {
        await documents.write(document, 1, undefined);
      }

      expect(await documents.list(`${folder}/`)).toEqual([`${folder}/a`, `${folder}/b`]);
    });
  });
}
