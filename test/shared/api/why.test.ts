import { beforeEach, describe, expect, it } from 'vitest';
import { definitionResourceId, type ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { askInstance } from '../../../shared/workflow/askInstance.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const reader = await signedIn('Imprimatur.Reader');
const hour = 3_600_000;
const definition = definitionResourceId(ubuntu);

describe('why a version waits', () => {
  let world: World;
  let asks = 0;
  beforeEach(() => {
    world = new World();
    world.guests.flawed = { exitStatus: 1 };
  });
  const create = async (version: string, of: ImageDefinitionId = ubuntu, sourceId = 'healthy') => {
    world.galleries.create(of, version, { sourceId, excludeFromLatest: true });
    await world.run({ forMs: hour });
  };
  const everything = (kind: 'pause' | 'resume') =>
    askInstance(world.ports, { kind, reason: 'outage' }, { actor: 'operator-1', requestId: `ask-${++asks}` });
  const get = async (path: string) =>
    (await (await apiOf(world.ports).request(`/api/${path}`, { headers: reader })).json()) as Record<string, unknown>;
  const why = async (version: string) => {
    const { versions } = await get(`why?id=${encodeURIComponent(`${definition}/versions/${version}`)}`);
    return (versions as { waits?: unknown; next: string; stage?: unknown }[]).at(-1);
  };

  it('is a pause of everything, which one command ends', async () => {
    await everything('pause');
    await create('1.0.0');

    expect(await why('1.0.0')).toMatchObject({
      waits: { by: 'pause', reason: 'everything is paused: outage' },
      next: 'when its reason is gone: imprimatur resume --all --reason WHY',
    });
    await everything('resume');
    await world.run({ forMs: hour });
    expect(await why('1.0.0')).not.toHaveProperty('waits');
  });

  it('is a pause of its image definition, also when its VM that ran was seen through', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 45_000 });
    await world.ask({ type: 'pauseRequested', reason: 'a freeze' });
    expect(world.types('1.0.0')).not.toContain('verdictReached');
    expect(await why('1.0.0')).not.toHaveProperty('waits');
    await world.run({ forMs: hour });

    expect(await why('1.0.0')).toMatchObject({
      waits: { by: 'pause', reason: 'the image definition is paused: a freeze' },
      next: `when its reason is gone: imprimatur resume ${definition} --reason WHY`,
    });
  });

  it('is the circuit breaker, and what comes before it is closed', async () => {
    world.policyFile.text = `${enforce}breaker: { definitions: 2 }\n`;
    for (const image of ['a', 'b']) {
      world.galleries.createDefinition({ ...ubuntu, image });
      await create('1.0.0', { ...ubuntu, image }, 'flawed');
    }
    await create('1.0.0');

    expect(await why('1.0.0')).toMatchObject({
      waits: { by: 'breaker', reason: expect.stringContaining('2 different image definitions failed in a row') },
      next: expect.stringMatching(/probe with: imprimatur test VERSION; then: imprimatur resume --all/),
    });
  });

  it('is the budget, until when, and what cannot wait; that of a retest too', async () => {
    world.policyFile.text = `${enforce}budget: { vmMinutes: 1, per: day }\n`;
    await create('1.0.0');
    await create('1.0.1');
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'a doubt' });
    await world.run({ forMs: hour });

    const waits = {
      by: 'budget',
      reason: 'the budget is spent: 1 of the 1 VM minutes of 2026-11-22',
      until: '2026-11-23T00:00:00.000Z',
    };
    const next = 'wait until 2026-11-23T00:00:00.000Z, or grant more in the policy: budget.vmMinutes';
    const sooner = 'what cannot wait: imprimatur expedite VERSION --reason WHY --ticket TICKET';
    expect(await why('1.0.1')).toMatchObject({ outcome: 'open', waits, next: `${next}; ${sooner}` });
    expect(await why('1.0.0')).toMatchObject({ outcome: 'published', waits, next });
    expect(await get('instance')).toEqual({
      budget: {
        state: 'spent',
        reason: '1 of the 1 VM minutes of 2026-11-22',
        period: '2026-11-22',
        minutes: 1,
        limit: 1,
        until: '2026-11-23T00:00:00.000Z',
      },
    });
    await world.ask({ type: 'expediteRequested', version: '1.0.1', reason: 'CVE', ticket: 'T-1' });
    expect(await why('1.0.1')).not.toHaveProperty('waits');
  });

  it('is a log of the instance that nobody can read', async () => {
    await everything('pause');
    await create('1.0.0');
    const log = world.auditLogs.blobs.get('instance') ?? '';
    world.auditLogs.blobs.set('instance', log.replace('outage', 'a lie'));

    expect(await why('1.0.0')).toMatchObject({
      waits: { by: 'pause', reason: 'everything is paused: the log of the instance cannot be read' },
    });
  });
});
