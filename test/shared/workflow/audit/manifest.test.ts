import { beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../../shared/api/queries.ts';
import { type Entry, emptyHead, sealEntries } from '../../../../shared/domain/entries.ts';
import { definitionKey } from '../../../../shared/domain/ids.ts';
import { writeManifest } from '../../../../shared/workflow/audit/writeManifest.ts';
import { ubuntu, World } from '../../../fakes/world.ts';

const nextDay = Date.parse('2026-11-23T00:00:01.000Z');
const log = `definitions/${definitionKey(ubuntu)}`;
let world: World;
const manifests = async () => (await world.auditLogs.read('manifests')).entries;
const lines = (name: string) => (world.auditLogs.blobs.get(name) ?? '').trimEnd().split('\n');
const rewrite = (name: string, kept: string[]) => world.auditLogs.blobs.set(name, `${kept.join('\n')}\n`);

beforeEach(async () => {
  world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  await world.run();
});

describe('the daily manifest', () => {
  it('is written once the day is over, and not before', async () => {
    await writeManifest(world.ports);
    expect(await manifests()).toEqual([]);

    world.time.moveTo(nextDay);
    await writeManifest(world.ports);
    await writeManifest(world.ports);

    const [manifest, ...others] = await manifests();
    expect(others).toEqual([]);
    expect(manifest?.fact).toMatchObject({
      type: 'manifestWritten',
      day: '2026-11-22',
      heads: expect.arrayContaining([{ log, sequence: lines(log).length, hash: expect.any(String) }]),
    });
  });

  it('has its digest announced, once, even where a crash came between', async () => {
    world.time.moveTo(nextDay);
    const { send } = world.announcements;
    world.announcements.send = async () => {
      throw new Error('crash');
    };
    await expect(writeManifest(world.ports)).rejects.toThrow('crash');
    world.announcements.send = send.bind(world.announcements);
    await writeManifest(world.ports);
    await writeManifest(world.ports);

    const [manifest] = await manifests();
    expect([...world.announcements.onTopic.values()].filter(({ type }) => type.includes('.audit.'))).toMatchObject([
      { id: manifest?.id, type: 'imprimatur.audit.manifest.v1', data: { digest: manifest?.hash, day: '2026-11-22' } },
    ]);
  });

  it('names only what grew since the one before, and follows it in one chain', async () => {
    world.time.moveTo(nextDay);
    await writeManifest(world.ports);
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.time.moveTo(nextDay + 86_400_000);
    await writeManifest(world.ports);

    const [first, second] = await manifests();
    expect(second?.previousHash).toBe(first?.hash);
    const named = second?.fact.type === 'manifestWritten' ? second.fact.heads.map((head) => head.log) : [];
    expect(named).toContain(log);
    expect(named).not.toContain('instance');
  });

  it('is not written for a day on which nothing was', async () => {
    world = new World();
    world.time.moveTo(nextDay);
    await writeManifest(world.ports);

    expect(await manifests()).toEqual([]);
  });
});

describe('the check of the audit trail', () => {
  beforeEach(async () => {
    world.time.moveTo(nextDay);
    await writeManifest(world.ports);
  });

  it('finds nothing wrong with what was written', async () => {
    expect(await verifyAudit(world.ports)).toMatchObject({ chain: 'intact', manifests: 1, broken: [] });
  });

  it('names the first entry of a log that was changed', async () => {
    const changed = lines(log).map((line, index) =>
      index < 1 ? line : line.replace('"actor":"service"', '"actor":"x"'),
    );
    rewrite(log, changed);

    expect((await verifyAudit(world.ports)).broken).toEqual([
      { log, sequence: 2, problem: 'the chain is broken at entry 2' },
    ]);
  });

  it('sees that the end of a log was cut off, which its chain does not show', async () => {
    const last = lines(log).length;
    rewrite(log, lines(log).slice(0, -1));

    expect((await verifyAudit(world.ports)).broken).toEqual([
      { log, sequence: last, problem: `entry ${last} is gone that the manifest of 2026-11-22 names` },
    ]);
  });

  it('sees that a log was written anew with a chain of its own', async () => {
    const entries = lines(log).map((line) => JSON.parse(line) as Entry);
    const forged = sealEntries(
      log,
      emptyHead,
      entries.map(({ fact }) => fact),
      {
        actor: 'service',
        cause: 'forged',
        appendId: 'a',
        at: '2026-11-22T08:00:00.000Z',
      },
    );
    rewrite(
      log,
      forged.map((entry) => JSON.stringify(entry)),
    );

    expect((await verifyAudit(world.ports)).broken).toEqual([
      {
        log,
        sequence: forged.length,
        problem: `entry ${forged.length} is not the one that the manifest of 2026-11-22 names`,
      },
    ]);
  });

  it('sees that a whole log is gone', async () => {
    world.auditLogs.blobs.delete(log);

    expect((await verifyAudit(world.ports)).broken).toMatchObject([
      { log, problem: expect.stringContaining('is gone') },
    ]);
  });

  it('goes on with a log that grows after its manifest', async () => {
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();

    expect(await verifyAudit(world.ports)).toMatchObject({ chain: 'intact' });
  });
});
