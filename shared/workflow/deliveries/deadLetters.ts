import * as z from 'zod';
import type { Delivery } from '../../domain/deliveries/delivery.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Ports } from '../../ports.ts';

const event = z.object({ id: z.string(), type: z.string(), subject: z.string(), data: z.unknown() });
const kept = z.object({ event, reason: z.string(), at: z.string() });

/** An announcement that did not reach its team: given up by a delivery, or by the subscription itself. */
export interface DeadLetter {
  id: string;
  from: 'delivery' | 'subscription';
  type: string;
  subject: string;
  reason: string;
  at: Instant;
  data: unknown;
}

type DeadLetterPorts = Pick<Ports, 'documents' | 'teamMessages'>;
const most = 200;
const prefixOf = (team: string) => `deadLetters/${team}/`;

/** Kept until somebody of the team sends it again or drops it. */
export async function keepDeadLetter(
  { documents, log }: Pick<Ports, 'documents' | 'log'>,
  { team, event, attempts }: Delivery,
  reason: string,
  at: Instant,
): Promise<void> {
  await documents.write(`${prefixOf(team)}${event.id}`, { event, reason, attempts: attempts + 1, at }, undefined);
  log.warn(`delivery ${event.id} to team ${team} is a dead letter: ${reason}`);
}

export async function listDeadLetters(ports: DeadLetterPorts, team: string): Promise<DeadLetter[]> {
  const names = (await ports.documents.list(prefixOf(team))).slice(0, most);
  const given = await Promise.all(names.map((name) => read(ports, name)));
  const ofSubscription = await ports.teamMessages.deadLetters(team);
  return [...given.flatMap((letter) => letter ?? []), ...ofSubscription.map(fromSubscription)];
}

export async function findDeadLetter(
  ports: DeadLetterPorts,
  team: string,
  id: string,
): Promise<DeadLetter | undefined> {
  const given = await read(ports, `${prefixOf(team)}${id}`);
  return given ?? (await ports.teamMessages.deadLetters(team)).map(fromSubscription).find((letter) => letter.id === id);
}

/** One that is gone is no error. */
export async function removeDeadLetter(ports: DeadLetterPorts, team: string, { id, from }: DeadLetter): Promise<void> {
  if (from === 'subscription') return ports.teamMessages.removeDeadLetter(team, id);
  const name = `${prefixOf(team)}${id}`;
  const found = await ports.documents.read(name);
  if (found) await ports.documents.delete(name, found.etag);
}

async function read({ documents }: Pick<Ports, 'documents'>, name: string): Promise<DeadLetter | undefined> {
  const parsed = kept.safeParse((await documents.read(name))?.value);
  if (!parsed.success) return undefined;
  const { event, reason, at } = parsed.data;
  return { ...event, from: 'delivery', reason, at };
}

function fromSubscription(letter: Omit<DeadLetter, 'from'>): DeadLetter {
  return { ...letter, from: 'subscription' };
}
