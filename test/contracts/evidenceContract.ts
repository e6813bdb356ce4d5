import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../shared/ports.ts';

/** What every Evidence does; `stored` reads back what lies under a path. */
export function evidenceContract(
  name: string,
  make: () => Evidence,
  stored: (path: string) => Promise<string | undefined>,
): void {
  describe(`evidence: ${name}`, () => {
    const content = 'line one\nzweite Zeile, größer\n';
    const sha256 = createHash('sha256').update(content).digest('hex');

    test('saves a file under the folder of the run and says what it saved', async () => {
      const folder = `runs/${randomUUID()}`;

      const saved = await make().save(folder, { name: 'serial.log', content });

      expect(saved).toEqual({ path: `${folder}/serial.log`, sha256, bytes: 32 });
      expect(await stored(saved.path)).toBe(content);
    });

    test('saves the same file again without an error', async () => {
      const [evidence, folder] = [make(), `runs/${randomUUID()}`];
      const first = await evidence.save(folder, { name: 'serial.log', content });

      expect(await evidence.save(folder, { name: 'serial.log', content })).toEqual(first);
    });

    test('says of every file the hash and size of what lies under its path', async () => {
      const [evidence, folder] = [make(), `runs/${randomUUID()}`];
      await evidence.save(folder, { name: 'serial.log', content });

      const longer = await evidence.save(folder, { name: 'serial.log', content: `${content}more\n` });

      const text = (await stored(longer.path)) ?? '';
      expect(longer.sha256).toBe(createHash('sha256').update(text).digest('hex'));
      expect(longer.bytes).toBe(Buffer.byteLength(text));
      expect(text).toBe(`${content}more\n`);
    });

    test('reads back what it saved, and nothing where nothing lies', async () => {
      const [evidence, folder] = [make(), `runs/${randomUUID()}`];
      const { path } = await evidence.save(folder, { name: 'serial.log', content });

      expect(await evidence.read(path)).toBe(content);
      expect(await evidence.read(`${folder}/nothing.txt`)).toBeUndefined();
    });

    test('saves an empty file', async () => {
      const saved = await make().save(`runs/${randomUUID()}`, { name: 'checks.txt', content: '' });

      expect(saved.bytes).toBe(0);
      expect(await make().read(saved.path)).toBe('');
    });
  });
}
