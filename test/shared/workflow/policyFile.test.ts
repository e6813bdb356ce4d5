import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { readRules } from '../../../shared/workflow/readRules.ts';
import { asleepOver } from '../../fakes/asleepOver.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const broken = 'version: 1\nmode: enforced\n';

describe('the policy file of the instance', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  const told = () => world.allEntries().flatMap(({ log, fact }) => (log === 'instance' ? [fact] : []));
  const announced = () =>
    [...world.announcements.onTopic.values()].flatMap(({ type, data }) =>
      type.startsWith('imprimatur.policy.') ? [`${type}: ${data.summary}`] : [],
    );
  const alarms = () => world.logged.filter((line) => line.startsWith('the policy file '));

  async function version(patch: number): Promise<void> {
    world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
  }

  it('is audited once for each content, and alarmed and announced once when it is refused and when it is mended', async () => {
    await version(0);
    world.policyFile.text = broken;
    await version(1);
    await version(2);
    world.policyFile.text = enforce;
    await version(3);

    expect(told().map(({ type }) => type)).toEqual(['policyAccepted', 'policyRefused', 'policyAccepted']);
    expect(told()[1]).toMatchObject({ problems: [expect.stringMatching(/^line 2, column 7: mode: /)] });
    expect(alarms()).toHaveLength(1);
    expect(announced()).toEqual([
      expect.stringMatching(/^imprimatur\.policy\.refused\.v1: .* line 2, column 7: mode: /),
      'imprimatur.policy.accepted.v1: the policy file is valid again and in force',
    ]);
    expect(world.announced()).toContain('1.0.2 published');
    expect(world.brokenChains()).toEqual([]);
  });

  it('is refused anew when another mistake takes the place of the first', async () => {
    world.policyFile.text = broken;
    await version(0);
    world.policyFile.text = 'version: 3\n';
    await version(1);

    expect(announced()).toHaveLength(2);
  });

  it('is announced under one id although the worker dies between the entry and the announcement', async () => {
    let refusals = 2;
    world.policyFile.text = broken;
    world.wrap = (ports) => ({
      ...ports,
      announcements: withMethods(ports.announcements, {
        send: async (announcements) => {
          if (refusals-- > 0) throw new AdapterError('busy', { code: 'ServerBusy', retryable: true });
          await ports.announcements.send(announcements);
        },
      }),
    });

    await version(0);

    expect(told()).toHaveLength(1);
    expect(announced()).toHaveLength(1);
    for (const { id } of world.allEntries()) expect(world.auditIndex.records.has(id)).toBe(true);
  });

  it('is told of each content, also of one that another took the place of before it could be told', async () => {
    let refusals = 1;
    world.wrap = (ports) => ({
      ...ports,
      auditIndex: withMethods(ports.auditIndex, {
        send: async (records) => {
          if (refusals-- > 0) {
            world.policyFile.text = enforce;
            throw new AdapterError('busy', { code: 'ServerBusy', retryable: true });
          }
          await ports.auditIndex.send(records);
        },
      }),
    });
    world.policyFile.text = broken;

    await version(0);

    expect(told().map(({ type }) => type)).toEqual(['policyRefused', 'policyAccepted']);
    expect(announced()).toHaveLength(2);
    for (const { id } of world.allEntries()) expect(world.auditIndex.records.has(id)).toBe(true);
  });

  it('is told again where it was another meanwhile, which only another worker saw', async () => {
    await version(0);
    await version(1);
    world.policyFile.text = `${enforce}# other\n`;
    world.wrap = (ports) => ({ ...ports, documents: withMethods(ports.documents, {}) });
    await version(2);
    world.policyFile.text = enforce;
    world.wrap = (ports) => ports;
    await version(3);

    const contents = told().map((fact) => ('content' in fact ? fact.content : ''));
    expect(contents).toEqual([contents[0], contents[1], contents[0]]);
    expect(contents[1]).not.toBe(contents[0]);
  });

  it('is never taken for none where it was broken by the time that it came, and the last good one was read before', async () => {
    const { ports, asked, goOn } = asleepOver(world.ports, 'policyFile', 'read');
    const read = readRules(ports);
    await asked;
    await version(0);
    world.policyFile.text = broken;
    await version(1);
    goOn();

    expect((await read).ruled.defaults.policy.mode).toBe('enforce');
  });

  it('is compared with the document of the last good one until that is seen to agree, and after a change again', async () => {
    const read = vi.spyOn(world.documents, 'read');
    const reads = () => read.mock.calls.splice(0).filter(([name]) => name === 'policy/lastGood').length;
    await version(0);
    expect(reads()).toBeGreaterThan(0);
    await version(1);
    expect(reads()).toBe(0);
    world.policyFile.text = broken;
    await version(2);
    expect(reads()).toBeGreaterThan(0);
    expect(world.announced()).toContain('1.0.2 published');
  });

  it('gives each image definition the rule that matches it', async () => {
    world.policyFile.text = `${enforce}rules: [{ name: watched, match: { image: 'ubuntu-*' }, mode: observe }]\n`;
    await version(0);

    expect(world.types('1.0.0')).toContain('observed');
    expect(world.galleries.writes).toEqual([]);
  });
});
