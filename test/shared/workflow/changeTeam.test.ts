import { beforeEach, describe, expect, it } from 'vitest';
import type { Team } from '../../../shared/domain/teams/team.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { putTeam, removeTeam, sendTeamTest } from '../../../shared/workflow/changeTeam.ts';
import { listTeams, loadTeam, teamVersion } from '../../../shared/workflow/teamLog.ts';
import { World } from '../../fakes/world.ts';

const [anna, ben] = ['00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000b'] as const;
const web: Team = { filter: { images: ['ubuntu-*'] }, principals: [{ objectId: anna, type: 'User' }] };
let world: World;
let requests = 0;
const by = (more: object = {}) => ({ actor: anna, requestId: `r${++requests}`, ...more });

beforeEach(() => {
  world = new World();
});

const facts = async (name = 'web') => (await loadTeam(world.ports, name)).log.entries.map(({ fact }) => fact.type);
const receivers = (name = 'web') => [...(world.teamSubscriptions.receivers.get(name) ?? [])];

describe('a team', () => {
  it('gets a subscription with its filter, and its principals the right to receive; all of it is audited', async () => {
    const changed = await putTeam(world.ports, 'web', web, by());

    expect(changed).toMatchObject({
      kind: 'changed',
      team: { state: { inForce: web, granted: [anna], commands: [] } },
    });
    expect(world.teamSubscriptions.filters.get('web')).toContain("image LIKE 'ubuntu-%'");
    expect(receivers()).toEqual([anna]);
    expect(await facts()).toEqual(['teamRequested', 'teamApplied']);
    expect([...world.auditIndex.records.values()].map(({ type, actor }) => [type, actor])).toEqual([
      ['teamRequested', anna],
      ['teamApplied', 'service'],
    ]);
  });

  it('that asks for what it has changes nothing, and a request that is repeated is one', async () => {
    const first = by();
    await putTeam(world.ports, 'web', web, first);
    await putTeam(world.ports, 'web', web, first);
    await putTeam(world.ports, 'web', web, by());

    expect(await facts()).toEqual(['teamRequested', 'teamApplied']);
  });

  it('that changes its principals takes the right from those who left', async () => {
    await putTeam(world.ports, 'web', web, by());
    await putTeam(world.ports, 'web', { ...web, principals: [{ objectId: ben, type: 'Group' }] }, by());

    expect(receivers()).toEqual([ben]);
  });

  it('keeps the filter in force when another is refused, and hears the reason', async () => {
    await putTeam(world.ports, 'web', web, by());
    const refused = await putTeam(world.ports, 'web', { ...web, filter: { sql: 'image =' } }, by());

    expect(refused).toEqual({ kind: 'refused', reason: expect.stringContaining('syntax error') });
    expect((await loadTeam(world.ports, 'web')).state).toMatchObject({ inForce: web, wanted: web });
    expect(await facts()).toEqual(['teamRequested', 'teamApplied', 'teamRequested', 'teamRefused']);
  });

  it('is told the command where the service may not assign roles, and asks again once it may', async () => {
    world.teamSubscriptions.mayAssign = false;
    const changed = await putTeam(world.ports, 'web', web, by());
    expect(changed).toMatchObject({
      team: { state: { granted: [], commands: [`az role assignment create ${anna} web`] } },
    });

    world.teamSubscriptions.mayAssign = true;
    expect(await putTeam(world.ports, 'web', web, by())).toMatchObject({ team: { state: { granted: [anna] } } });
  });

  it('that somebody else has changed meanwhile is not overwritten', async () => {
    const changed = await putTeam(world.ports, 'web', web, by());
    const seen = changed.kind === 'changed' ? teamVersion(changed.team) : '';
    await putTeam(world.ports, 'web', { ...web, filter: { images: ['debian'] } }, by({ ifMatch: seen }));

    expect(await putTeam(world.ports, 'web', web, by({ ifMatch: seen }))).toEqual({ kind: 'outdated' });
    expect(await removeTeam(world.ports, 'web', by({ ifMatch: seen }))).toEqual({ kind: 'outdated' });
  });

  it('that is removed leaves no right behind', async () => {
    await putTeam(world.ports, 'web', web, by());
    await removeTeam(world.ports, 'web', by());

    expect(world.teamSubscriptions.filters.has('web')).toBe(false);
    expect(receivers()).toEqual([]);
    expect(await listTeams(world.ports)).toEqual(['web']);
    expect((await loadTeam(world.ports, 'web')).state.inForce).toBeUndefined();
  });

  it('is finished by the sweep where a crash left it half done', async () => {
    const put = world.teamSubscriptions.put.bind(world.teamSubscriptions);
    world.teamSubscriptions.put = async () => {
      throw new AdapterError('gone', { code: 'Timeout', retryable: true });
    };
    await expect(putTeam(world.ports, 'web', web, by())).rejects.toThrow('gone');
    expect(await facts()).toEqual(['teamRequested']);

    world.teamSubscriptions.put = put;
    await world.run({ forMs: 600_000 });

    expect(receivers()).toEqual([anna]);
    expect(await facts()).toEqual(['teamRequested', 'teamApplied']);
  });

  it('gets a test message that is for it alone, once for each request', async () => {
    await putTeam(world.ports, 'web', web, by());
    const request = by();
    const id = await sendTeamTest(world.ports, 'web', request);
    await sendTeamTest(world.ports, 'web', request);

    expect([...world.announcements.onTopic.values()]).toMatchObject([
      { id, type: 'imprimatur.team.test.v1', subject: 'teams/web', properties: { team: 'web' } },
    ]);
    expect(await sendTeamTest(world.ports, 'nobody', by())).toBeUndefined();
  });
});
