import { expect, it } from 'vitest';
import { Content } from '../../../../local/serviceBus/codec/content.ts';
import type { RuleDescription } from '../../../../local/serviceBus/filters/rule.ts';
import { content, testNamespace } from './testNamespace.ts';

const sql = (name: string, expression: string, action?: string): RuleDescription => ({
  name,
  filter: { kind: 'sql', expression },
  ...(action !== undefined && { action }),
});

function open(rules?: RuleDescription[], settings = {}) {
  const team = { topic: 't', name: 's', ...(rules && { rules }), settings };
  const namespace = testNamespace({ topics: [{ name: 't', defaultMessageTimeToLive: 'PT1H' }] }, [team]);
  const received = () =>
    [...namespace.queue('t/Subscriptions/s').store.all()].map(({ content }) =>
      Object.fromEntries([...content.applicationPropertyNames].map((key) => [key, content.applicationProperty(key)])),
    );
  const send = (application_properties: object) =>
    namespace.inbox('t').send([content('m', { application_properties })]);
  return { ...namespace, received, send };
}

it('lets everything pass where no rules are given, and nothing where there are none', () => {
  const all = open();
  const none = open([]);

  all.send({ a: 1 });
  none.send({ a: 1 });

  expect(all.received()).toHaveLength(1);
  expect(none.received()).toEqual([]);
});

it('makes one copy for all rules without action and one for each with, which names its rule', () => {
  const { send, received } = open([
    sql('one', 'a = 1'),
    sql('two', 'a < 2'),
    sql('three', 'a = 1', "SET b = 'three'"),
    sql('four', 'a = 1', "SET b = 'four'; REMOVE a"),
    sql('five', 'a = 2', "SET b = 'five'"),
  ]);

  send({ a: 1 });

  expect(received()).toEqual([{ a: 1 }, { a: 1, b: 'three', RuleName: 'three' }, { b: 'four', RuleName: 'four' }]);
});

it('dead-letters, or drops, a message for which a rule cannot be evaluated', () => {
  const keeps = open([sql('r', 'a / 0 = 1')]);
  const drops = open([sql('r', 'a / 0 = 1')], { deadLetteringOnFilterEvaluationExceptions: false });

  keeps.send({ a: 1 });
  drops.send({ a: 1 });

  expect([keeps.received(), drops.received()]).toEqual([[], []]);
  const dead = [...keeps.queue('t/subscriptions/s/$deadletterqueue').store.all()];
  expect(dead[0]?.content.applicationProperty('DeadLetterErrorDescription')).toBe('Division by zero.');
  expect(drops.queue('t/subscriptions/s/$deadletterqueue').store.size).toBe(0);
});

it('dead-letters a message with a property whose bytes are no value', () => {
  const { inbox, queue } = open([sql('r', 'a = 1')]);
  const valid = content('m', { application_properties: { a: 'marker' } }).encode();
  const marker = valid.indexOf('marker') - 2;
  // A list of one element, whose element has a type code that does not exist.
  const broken = Buffer.concat([
    valid.subarray(0, marker),
    Buffer.from('c006013f00000000', 'hex'),
    valid.subarray(marker + 8),
  ]);

  inbox('t').send([Content.decode(broken)]);

  expect(queue('t/subscriptions/s').store.size).toBe(0);
  expect(queue('t/subscriptions/s/$deadletterqueue').store.size).toBe(1);
});

it("caps a message's time to live at the topic's", async () => {
  const { clock, send, received } = open();
  send({});

  await clock.advance(3_599_999);
  expect(received()).toHaveLength(1);
  await clock.advance(1);

  expect(received()).toEqual([]);
});

it('dead-letters a message without session id where the subscription requires sessions', () => {
  const { send, queue } = open(undefined, { requiresSession: true });

  send({});

  const [dead] = [...queue('t/subscriptions/s/$deadletterqueue').store.all()];
  expect(dead?.content.applicationProperty('DeadLetterReason')).toBe('Session ID is null.');
});

it('follows rules that are added and removed, over a restart too', () => {
  const before = open();
  before.rules('t/subscriptions/s').remove('$default');
  before.rules('t/subscriptions/s').add(sql('new', 'a = 2'));

  const { inbox, queue, rules } = before.reopened([...before.namespace.snapshot()]);
  inbox('t').send([content('m', { application_properties: { a: 1 } })]);
  inbox('t').send([content('m', { application_properties: { a: 2 } })]);

  expect(queue('t/subscriptions/s').store.size).toBe(1);
  expect(() => rules('t/subscriptions/s').add(sql('NEW', 'a = 3'))).toThrow(/exists already/);
  expect(() => rules('t/subscriptions/s').remove('gone')).toThrow(/no rule/);
  expect(() => rules('t/subscriptions/s').add(sql('bad', 'a ='))).toThrow(/Rule 'bad': Expected a value/);
});
