import type { Clock } from '../clock.ts';
import type { Content } from './codec/content.ts';
import { DuplicateHistory } from './entity/duplicateHistory.ts';
import { Inbox } from './entity/inbox.ts';
import { type Arrival, MessageStore } from './entity/messageStore.ts';
import { Queue } from './entity/queue.ts';
import type { JournalRecord, Recorder } from './entity/records.ts';
import { RuleSet } from './entity/ruleSet.ts';
import { SequenceNumbers } from './entity/sequenceNumbers.ts';
import { fanOut, type SubscriptionEnd } from './entity/topic.ts';
import type { ParsedEntities, ParsedTeamSubscription } from './entitySchemas.ts';
import { BrokerError } from './errors.ts';
import { defaultRule } from './filters/rule.ts';
import {
  deadLetterSettings,
  normalized,
  queueSettings,
  type ReceivingSettings,
  withoutUndefined,
} from './receivingSettings.ts';

/** What stands behind one address; which parts it has says what can be done there. */
export interface Entity {
  readonly path: string;
  /** Queues and topics: takes what is sent. */
  inbox?: Inbox;
  /** Queues, subscriptions and dead-letter queues: gives out messages. */
  queue?: Queue;
  /** Subscriptions. */
  rules?: RuleSet;
}

/** An entity's own part of the journal. */
interface Persistent {
  restore(record: JournalRecord): void;
  snapshot(): Iterable<JournalRecord>;
}

/** A subscription as it stands: what may be changed while messages pass. */
export interface TeamSubscription extends Entity {
  topic: string;
  name: string;
  queue: Queue;
  deadLetters: Queue;
  rules: RuleSet;
  settings: ReceivingSettings & { deadLetteringOnFilterEvaluationExceptions: boolean };
}

const maxHops = 4;

/** All entities by address, wired to each other: dead letters, forwarding, topics and their subscriptions. */
export class Namespace {
  readonly #surroundings: { clock: Clock; recorder: Recorder };
  readonly #entities = new Map<string, Entity>();
  readonly #persistent = new Map<string, Persistent[]>();
  readonly #numbers = new Map<string, SequenceNumbers>();
  readonly #ends = new Map<string, Map<string, SubscriptionEnd>>();
  readonly #subscriptions = new Map<string, TeamSubscription>();
  readonly #teamSubscription: ParsedEntities['teamSubscription'];
  /** Written over the wire, not in the configuration: made, or gone with `undefined`. */
  readonly #written = new Map<string, ParsedTeamSubscription | undefined>();

  constructor(
    entities: ParsedEntities,
    subscriptions: ParsedTeamSubscription[],
    surroundings: { clock: Clock; recorder: Recorder },
  ) {
    this.#surroundings = surroundings;
    this.#teamSubscription = entities.teamSubscription;
    for (const queue of entities.queues) this.#addQueue(queue);
    for (const topic of entities.topics) this.#addTopic(topic);
    for (const subscription of subscriptions) this.#addSubscription(subscription);
  }

  /** The entity at an address, in any of the forms clients use; names are compared without regard to case. */
  find(address: string): Entity {
    const entity = this.#entities.get(normalized(address));
    if (entity) return entity;
    const description = `The messaging entity '${address}' could not be found.`;
    throw new BrokerError('amqp:not-found', description);
  }

  /** The subscription at an address; undefined where there is none. */
  subscription(topic: string, name: string): TeamSubscription | undefined {
    return this.#subscriptions.get(normalized(subscriptionPath(topic, name)));
  }

  subscriptionsOf(topic: string): TeamSubscription[] {
    return [...this.#subscriptions.values()].filter((each) => each.topic.toLowerCase() === topic.toLowerCase());
  }

  /** Makes a subscription, or changes where messages of one that exists are forwarded. */
  putSubscription(subscription: ParsedTeamSubscription): void {
    const known = this.subscription(subscription.topic, subscription.name);
    const standing = known ?? this.#addSubscription(subscription);
    if (known) redirect(known, subscription);
    this.#note(standing.path, { ...subscription, rules: standing.rules.list() });
  }

  removeSubscription({ path }: TeamSubscription): void {
    this.#drop(path);
    this.#note(path, undefined);
  }

  /** Repeats what earlier runs wrote. Records of entities that are no longer configured are dropped. */
  restore(records: Iterable<JournalRecord>): void {
    for (const record of records) {
      if (record.op === 'subscription') this.#restoreSubscription(record.entity, record.subscription ?? undefined);
      else if (record.op === 'numbered') this.#numbers.get(record.entity)?.atLeast(record.last);
      else for (const part of this.#persistent.get(record.entity) ?? []) part.restore(record);
    }
  }

  *snapshot(): Iterable<JournalRecord> {
    for (const [entity, subscription] of this.#written)
      yield { op: 'subscription', entity, subscription: subscription ?? null };
    for (const [entity, numbers] of this.#numbers) yield { op: 'numbered', entity, last: numbers.last };
    for (const parts of this.#persistent.values()) for (const part of parts) yield* part.snapshot();
  }

  /** Starts timers and makes restored messages available. */
  open(): void {
    for (const { inbox, queue } of this.#entities.values()) {
      inbox?.open();
      queue?.open();
    }
  }

  #addQueue(settings: ParsedEntities['queues'][number]): void {
    const path = settings.name;
    const { queue, arrive, numbers } = this.#receivingEnd(path, settings);
    const duplicates = this.#duplicates(path, settings);
    const { requiresSession } = settings;
    const parts = { requiresSession, numbers, store: queue.store, duplicates, deliver: arrive };
    this.#register({ path, queue, inbox: new Inbox({ ...parts, clock: this.#surroundings.clock }) });
  }

  #addTopic(settings: ParsedEntities['topics'][number]): void {
    const path = settings.name;
    const { clock } = this.#surroundings;
    const ends = new Map<string, SubscriptionEnd>();
    const numbers = this.#numbersOf(path);
    const store = new MessageStore(path, { ...this.#surroundings, numbers }, () => {});
    this.#persist(path, store);
    const duplicates = this.#duplicates(path, settings);
    const limit = settings.defaultMessageTimeToLive;
    const deliver = (content: Content, hops: number) => fanOut(limited(content, limit), hops, ends.values(), clock);
    this.#ends.set(path.toLowerCase(), ends);
    this.#register({ path, inbox: new Inbox({ requiresSession: false, clock, numbers, store, duplicates, deliver }) });
  }

  #addSubscription(subscription: ParsedTeamSubscription): TeamSubscription {
    const { topic, name } = subscription;
    const ends = this.#ends.get(topic.toLowerCase());
    if (!ends) throw new Error(`Subscription '${name}': there is no topic '${topic}'.`);
    const settings = { ...this.#teamSubscription, ...withoutUndefined(subscription.settings ?? {}) };
    const path = subscriptionPath(topic, name);
    const { queue, deadLetters, arrive } = this.#receivingEnd(path, settings);
    const rules = new RuleSet(path, subscription.rules ?? [defaultRule], this.#surroundings.recorder);
    this.#persist(path, {
      restore: (record) => record.op === 'rules' && rules.restore(record.rules),
      snapshot: () => rules.snapshot(),
    });
    const evaluationFailed = (content: Content, reason: string) => {
      if (!settings.deadLetteringOnFilterEvaluationExceptions) return;
      queue.deadLetterArriving(content, 'FilterEvaluationException', reason);
    };
    ends.set(path.toLowerCase(), { rules, arrive, evaluationFailed });
    const made = { path, topic, name, queue, deadLetters, rules, settings };
    this.#register(made);
    this.#subscriptions.set(normalized(path), made);
    return made;
  }

  #restoreSubscription(path: string, subscription: ParsedTeamSubscription | undefined): void {
    this.#written.set(path, subscription);
    const known = this.#subscriptions.get(normalized(path));
    if (!subscription) this.#drop(path);
    else if (known) redirect(known, subscription);
    else this.#addSubscription(subscription);
  }

  #note(path: string, subscription: ParsedTeamSubscription | undefined): void {
    this.#written.set(path, subscription);
    this.#surroundings.recorder.append({ op: 'subscription', entity: path, subscription: subscription ?? null });
  }

  #drop(path: string): void {
    const known = this.#subscriptions.get(normalized(path));
    if (!known) return;
    this.#ends.get(known.topic.toLowerCase())?.delete(path.toLowerCase());
    this.#subscriptions.delete(normalized(path));
    for (const each of [path, known.deadLetters.settings.path]) {
      this.#entities.delete(normalized(each));
      this.#persistent.delete(each);
      this.#numbers.delete(each);
    }
  }

  /** A queue with its dead-letter queue, and what happens to a message that arrives there. */
  #receivingEnd(path: string, settings: ReceivingSettings) {
    const numbers = this.#numbersOf(path);
    const deadLetters = new Queue(deadLetterSettings(path, settings), {
      ...this.#surroundings,
      numbers,
      deadLetter: undefined,
    });
    const deadLetter = (content: Content, arrival: Arrival) => {
      if (settings.forwardDeadLetteredMessagesTo) this.#inboxOf(settings.forwardDeadLetteredMessagesTo).send([content]);
      else deadLetters.enqueue(content, arrival);
    };
    const queue = new Queue(queueSettings(path, settings), { ...this.#surroundings, numbers, deadLetter });
    const arrive = (content: Content, hops: number) => {
      if (!settings.forwardTo) queue.enqueue(content);
      else if (hops < maxHops) this.#inboxOf(settings.forwardTo).send([content], hops + 1);
      else queue.deadLetterArriving(content, 'MaxTransferHopCountExceeded', `More than ${maxHops} forwarding hops.`);
    };
    this.#persist(path, queue);
    this.#persist(deadLetters.settings.path, deadLetters);
    this.#register({ path: deadLetters.settings.path, queue: deadLetters });
    return { queue, deadLetters, arrive, numbers };
  }

  #inboxOf(name: string): Inbox {
    const { inbox } = this.find(name);
    if (!inbox) throw new Error(`Messages cannot be forwarded to '${name}': it is neither a queue nor a topic.`);
    return inbox;
  }

  #duplicates(
    path: string,
    settings: { requiresDuplicateDetection: boolean; duplicateDetectionHistoryTimeWindow: number },
  ): DuplicateHistory | undefined {
    if (!settings.requiresDuplicateDetection) return undefined;
    const history = new DuplicateHistory(path, settings.duplicateDetectionHistoryTimeWindow, this.#surroundings);
    this.#persist(path, {
      restore: (record) => record.op === 'seen' && history.restore(record.id, record.at),
      snapshot: () => history.snapshot(),
    });
    return history;
  }

  #numbersOf(path: string): SequenceNumbers {
    const numbers = new SequenceNumbers();
    this.#numbers.set(path, numbers);
    return numbers;
  }

  #persist(path: string, part: Persistent): void {
    this.#persistent.set(path, [...(this.#persistent.get(path) ?? []), part]);
  }

  #register(entity: Entity): void {
    const key = normalized(entity.path);
    if (this.#entities.has(key)) throw new Error(`Two entities are named '${entity.path}'.`);
    this.#entities.set(key, entity);
  }
}

/** What may be changed of a subscription that exists. */
function redirect({ settings }: TeamSubscription, { settings: wanted = {} }: ParsedTeamSubscription): void {
  const { forwardTo, forwardDeadLetteredMessagesTo } = wanted;
  Object.assign(settings, { forwardTo, forwardDeadLetteredMessagesTo });
}

/** A topic's time to live caps that of its messages. */
function limited(content: Content, limitMs: number | undefined): Content {
  if (limitMs === undefined || (content.timeToLive ?? Number.POSITIVE_INFINITY) <= limitMs) return content;
  return content.withTimeToLive(limitMs);
}

function subscriptionPath(topic: string, name: string): string {
  return `${topic}/Subscriptions/${name}`;
}
