import { expect, test } from 'vitest';
import { emptyDefinitionState } from '../../../shared/domain/definitionState.ts';
import { emptyHead, sealEntries } from '../../../shared/domain/entries.ts';
import type { InstanceFact } from '../../../shared/domain/instanceFacts.ts';
import { decideInstance, foldInstance, pauseOf } from '../../../shared/domain/instanceState.ts';

const at = '2026-11-22T08:00:00.000Z';
const by = { actor: 'operator-1', cause: 'test', appendId: 'a', at };
const stateOf = (...facts: InstanceFact[]) => foldInstance(sealEntries('instance', emptyHead, facts, by));

test('a pause of everything says by whom, why and since when, until everything is resumed', () => {
  expect(stateOf({ type: 'everythingPaused', reason: 'outage' })).toEqual({
    paused: { reason: 'outage', by: 'operator-1', since: at },
  });
  expect(
    stateOf({ type: 'everythingPaused', reason: 'outage' }, { type: 'everythingResumed', reason: 'over' }),
  ).toEqual({ closedAt: at });
});

test('what is so already is refused by name', () => {
  const paused = stateOf({ type: 'everythingPaused', reason: 'outage' });

  expect(decideInstance(paused, { kind: 'pause', reason: 'again' })).toEqual({
    kind: 'refused',
    reason: `everything is paused already, since ${at}: outage`,
  });
  expect(decideInstance({}, { kind: 'resume', reason: 'x' }).kind).toBe('refused');
});

test('the pause of everything comes before that of one image definition, and does not end it', () => {
  const definition = { ...emptyDefinitionState(), paused: { reason: 'migration' } };

  expect(pauseOf(stateOf({ type: 'everythingPaused', reason: 'outage' }), definition)).toEqual({
    reason: 'everything is paused: outage',
  });
  expect(pauseOf({}, definition)).toEqual({ reason: 'the image definition is paused: migration' });
  expect(pauseOf({}, emptyDefinitionState())).toBeUndefined();
});
