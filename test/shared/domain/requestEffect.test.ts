import { describe, expect, it } from 'vitest';
import { emptyHead, sealEntries } from '../../../shared/domain/entries.ts';
import type { Fact } from '../../../shared/domain/facts.ts';
import { smokeTestSchema } from '../../../shared/domain/policy.ts';
import { effectOf, retestOf, versionsConcerned } from '../../../shared/domain/requestEffect.ts';
import type { RequestFact } from '../../../shared/domain/requests.ts';

const detected: Fact = {
  type: 'versionDetected',
  imageVersionId: 'id',
  version: '1.0.0',
  identity: {},
  mode: 'enforce',
  policyHash: 'h',
  smokeTest: smokeTestSchema.parse({}),
  testPlan: [],
  visible: false,
};
const log = (...facts: Fact[]) =>
  sealEntries('l', emptyHead, [detected, ...facts], {
    actor: 'service',
    cause: 'c',
    appendId: 'a',
    at: '2026-11-22T08:00:00.000Z',
  });
const by = { request: 'r', by: 'somebody', reason: 'why' };
const publish: RequestFact = { type: 'publishRequested', version: '1.0.0', reason: 'why' };
const ordered: Fact = { type: 'publicationOrdered', ...by };
const published: Fact = { type: 'published', regions: ['westeurope'], notAvailableIn: [] };
const rollback: RequestFact = { type: 'rollbackRequested', version: '0.9.0', reason: 'why' };
const withdrawal: Fact = { type: 'withdrawalOrdered', ...by, why: 'rollback', regions: ['westeurope'] };
const withdrawn: Fact = {
  type: 'withdrawn',
  why: 'rollback',
  regions: ['westeurope'],
  remainsIn: [],
  reason: 'why',
};

describe('the effect of a request to publish', () => {
  it('is under way until the version is published, and tells what happened last', () => {
    const waits: Fact = { type: 'releaseWaits', code: 'soak', reason: 'ring 1 soaks' };

    expect(effectOf(publish, 'r', [log(ordered)])).toEqual({ state: 'underWay', reason: 'accepted' });
    expect(effectOf(publish, 'r', [log(ordered, waits)])).toMatchObject({
      state: 'underWay',
      reason: expect.stringContaining('ring 1 soaks'),
    });
    expect(effectOf(publish, 'r', [log(ordered, waits, published)]).state).toBe('done');
  });

  it('fails where the version is published no further', () => {
    for (const end of [withdrawn, { type: 'superseded', by: '1.1.0' } as const, { type: 'versionDeleted' } as const])
      expect(effectOf(publish, 'r', [log(ordered, end)]).state).toBe('failed');
  });

  it('is not that of another request, nor of what came before it', () => {
    expect(effectOf(publish, 'r', [log(published, withdrawn, ordered)]).state).toBe('underWay');
  });
});

describe('the effect of a rollback', () => {
  it('is done when every version that is concerned is out of latest, and of others nothing is asked', () => {
    const other = log(published);

    expect(effectOf(rollback, 'r', [log(withdrawal, withdrawn), log(withdrawal), other]).state).toBe('underWay');
    expect(effectOf(rollback, 'r', [log(withdrawal, withdrawn), log(withdrawal, withdrawn), other]).state).toBe('done');
    expect(effectOf(rollback, 'r', [other]).state).toBe('done');
  });

  it('fails where a person is needed', () => {
    const needed: Fact = { type: 'needsAttention', code: 'c', reason: 'forbidden' };

    expect(effectOf(rollback, 'r', [log(withdrawal, withdrawn), log(withdrawal, needed)]).state).toBe('failed');
  });
});

describe('the effect of a test again', () => {
  const retest: RequestFact = { type: 'retestRequested', version: '1.0.0', reason: 'why' };
  const retested = (verdict: 'passed' | 'failed'): Fact => ({
    type: 'retested',
    request: retestOf('r'),
    verdict,
    reason: 'why',
  });

  it('is its verdict', () => {
    expect(effectOf(retest, 'r', [log()]).state).toBe('underWay');
    expect(effectOf(retest, 'r', [log(retested('passed'))]).state).toBe('done');
    expect(effectOf(retest, 'r', [log(retested('failed'))]).state).toBe('failed');
  });
});

it('acceptance is the effect of a pause and of a veto; a rollback concerns all versions', () => {
  expect(versionsConcerned({ type: 'pauseRequested', reason: 'why' })).toEqual([]);
  expect(versionsConcerned({ type: 'answerRequested', version: '1.0.0', answer: 'veto', reason: 'why' })).toEqual([]);
  expect(versionsConcerned({ type: 'answerRequested', version: '1.0.0', answer: 'approve', reason: 'why' })).toEqual([
    '1.0.0',
  ]);
  expect(versionsConcerned(rollback)).toBeUndefined();
});
