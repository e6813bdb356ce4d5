import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readQemuImage } from '../../../../local/vm/qemu/qemuImage.ts';

const images = readdirSync('local/images/qemu').map((file) => file.replace('.yaml', ''));

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qemu-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test.each(images)('the image %s is one, and says what builds its files', async (name) => {
  const reading = readQemuImage('local/images/qemu', emptyFolder(), name);

  await expect(reading).rejects.toThrow(/\.vhd, which is not there: npm run image:build$|vmlinux, which is not there/);
});

test('names every mistake by file and key, and takes no path for a file', async () => {
  const folder = emptyFolder();
  const text = 'description: x\nos: {id: a, version: "1"}\ndisk: ../../etc/passwd\nboot: {kind: uefi, colour: red}\n';
  writeFileSync(join(folder, 'wrong.yaml'), text);

  const reading = readQemuImage(folder, folder, 'wrong');

  await expect(reading).rejects.toThrow(/wrong\.yaml is not an image for QEMU:\n {2}disk: .*\n {2}boot: .*colour/);
});

test('finds all files of an image among the built ones', async () => {
  const built = emptyFolder();
  for (const file of ['micro.vhd', 'vmlinux', 'initrd.micro']) writeFileSync(join(built, file), '');

  const image = await readQemuImage('local/images/qemu', built, 'micro');

  expect(image).toMatchObject({
    disk: join(built, 'micro.vhd'),
    boot: { kernel: join(built, 'vmlinux'), initrd: join(built, 'initrd.micro') },
  });
});
