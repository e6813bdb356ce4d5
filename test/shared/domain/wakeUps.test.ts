import { describe, expect, it } from 'vitest';
import { definitionKey } from '../../../shared/domain/ids.ts';
import { parseWakeUp, timer, wakeUpId } from '../../../shared/domain/wakeUps.ts';

const definition = { subscriptionId: 's', resourceGroup: 'g', gallery: 'c', image: 'i' };
const key = definitionKey(definition);
const wakeUp = { schema: 1 as const, key, definition, cause: 'event 1', retry: 0 };

describe('wake-ups', () => {
  it('are read as they were sent', () => {
    expect(parseWakeUp(JSON.parse(JSON.stringify(wakeUp)))).toEqual({ kind: 'wakeUp', wakeUp });
  });

  it('of a newer schema are kept whole', () => {
    const newer = { schema: 2, key, retry: 3, purpose: { new: true } };
    expect(parseWakeUp(newer)).toEqual({ kind: 'newer', wakeUp: newer });
  });

  it.each([
    ['nothing', undefined],
    ['text', 'wake up'],
    ['another schema', { ...wakeUp, schema: 0 }],
    ['no key', { ...wakeUp, key: '' }],
    ['a definition of another key', { ...wakeUp, definition: { ...definition, image: 'j' } }],
    ['an unreadable instant', { ...wakeUp, dueAt: 'tomorrow' }],
  ])('that are %s are invalid', (_, message) => {
    expect(parseWakeUp(message).kind).toBe('invalid');
  });

  it('have one id for one definition, cause and retry', () => {
    expect(wakeUpId(wakeUp)).toBe(wakeUpId({ ...wakeUp }));
    const ids = [wakeUp, { ...wakeUp, retry: 1 }, { ...wakeUp, cause: 'event 2' }, { ...wakeUp, key: 'other' }];
    expect(new Set(ids.map(wakeUpId)).size).toBe(4);
    expect(wakeUpId(wakeUp)).toHaveLength(40);
  });

  it('that are timers have one id for one instant', () => {
    const at = '2026-11-22T08:00:15.000Z';
    expect(timer({ key, definition }, at)).toEqual({ ...wakeUp, cause: `timer ${at}`, dueAt: at });
  });
});
