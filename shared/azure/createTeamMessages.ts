import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import Long from 'long';
import * as z from 'zod';
import { entities } from '../config.ts';
import type { TeamMessages } from '../ports.ts';
import { callAzure } from './callAzure.ts';

const most = 100;
/** So that a look into a large queue ends. */
const mostLooks = 20;
const shortWait = { maxWaitTimeInMs: 500 };
/** Else the client goes on where any look at the same entity ended before. */
const fromTheFirst = { fromSequenceNumber: Long.ZERO };
const properties = z.looseObject({
  'cloudEvents:id': z.string(),
  'cloudEvents:type': z.string().default(''),
  'cloudEvents:subject': z.string().default(''),
});

/** What lies in the subscriptions of teams: looked at, and taken out of their dead-letter queues. */
export function createTeamMessages(client: ServiceBusClient): TeamMessages {
  const topic = entities.imageVersions;
  const use = <T>(action: string, open: () => ServiceBusReceiver, call: (receiver: ServiceBusReceiver) => Promise<T>) =>
    callAzure(action, async () => {
      const receiver = open();
      try {
        return await call(receiver);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'MessagingEntityNotFound') return undefined;
        throw error;
      } finally {
        await receiver.close();
      }
    });
  const deadLetterReceiver = (team: string) => client.createReceiver(topic, team, { subQueueType: 'deadLetter' });
  return {
    deadLetters: async (team) => {
      const look = (receiver: ServiceBusReceiver) => receiver.peekMessages(most, fromTheFirst);
      const found = await use(`look at the dead letters of team ${team}`, () => deadLetterReceiver(team), look);
      return (found ?? []).flatMap(toDeadLetter);
    },
    removeDeadLetter: async (team, id) => {
      await use(
        `remove dead letter ${id} of team ${team}`,
        () => deadLetterReceiver(team),
        (receiver) => remove(receiver, id),
      );
    },
  };
}

/** The others are held until the one is found, or else they would come again first. */
async function remove(receiver: ServiceBusReceiver, id: string): Promise<void> {
  const others: ServiceBusReceivedMessage[] = [];
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const messages = await receiver.receiveMessages(most, shortWait);
    const isIt = (message: ServiceBusReceivedMessage) => idOf(message) === id;
    for (const message of messages.filter(isIt)) await receiver.completeMessage(message);
    others.push(...messages.filter((message) => !isIt(message)));
    if (messages.length === 0 || messages.some(isIt)) break;
  }
  for (const message of others) await receiver.abandonMessage(message);
}

function idOf({ applicationProperties }: ServiceBusReceivedMessage): string | undefined {
  return properties.safeParse(applicationProperties).data?.['cloudEvents:id'];
}

function toDeadLetter(message: ServiceBusReceivedMessage) {
  const parsed = properties.safeParse(message.applicationProperties);
  if (!parsed.success) return [];
  const { 'cloudEvents:id': id, 'cloudEvents:type': type, 'cloudEvents:subject': subject } = parsed.data;
  const reason = [message.deadLetterReason, message.deadLetterErrorDescription].filter((text) => text).join(': ');
  const at = (message.enqueuedTimeUtc ?? new Date(0)).toISOString();
  return [{ id, type, subject, reason, at, data: message.body as unknown }];
}
