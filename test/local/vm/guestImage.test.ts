import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGuestImage } from '../../../local/vm/guestImage.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('readGuestImage', () => {
  it.each(['healthy', 'broken-service', 'kernel-panic', 'agent-never-ready', 'allocation-failed-once'])(
    'reads the image %s',
    async (name) => {
      expect((await readGuestImage('local/images', name)).os.id).toBe('ubuntu');
    },
  );

  it('lays an image over the one that it extends', async () => {
    const healthy = await readGuestImage('local/images', 'healthy');
    const broken = await readGuestImage('local/images', 'broken-service');

    expect(broken.services.nginx).toMatchObject({ active: 'failed', description: healthy.services.nginx?.description });
    expect(broken.services.nginx?.pid).toBeUndefined();
    expect(broken.services.ssh).toEqual(healthy.services.ssh);
  });

  it('carries what Azure answers to a launch', async () => {
    const { azure } = await readGuestImage('local/images', 'allocation-failed-once');

    expect(azure?.launchErrors).toEqual([
      { code: 'AllocationFailed', message: expect.stringContaining('sufficient capacity') },
    ]);
  });

  it.each([
    ['boot:\n  agentReadyAfter: soon\n', /boot\.agentReadyAfter/],
    ['services:\n  nginx:\n    active: maybe\n', /services\.nginx\.active/],
    ['servcies: {}\n', /servcies/],
    ['extends: nothing-there\n', /nothing-there\.yaml cannot be read/],
    ['extends: wrong\n', /wrong → wrong/],
    ['a: b: c', /Nested mappings/],
  ])('refuses %j by file and key', async (content, message) => {
    const base = content.includes('extends') ? '' : `extends: base\n`;
    await writeFile(join(folder, 'base.yaml'), 'description: base\n');
    await writeFile(join(folder, 'wrong.yaml'), base + content);

    const reading = readGuestImage(folder, 'wrong');

    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(join(folder, 'wrong.yaml'));
  });

  it('keeps to its folder', async () => {
    await expect(readGuestImage('local/images', '../../package')).rejects.toThrow('no name of a guest image');
  });
});
