import { z } from 'zod';
import type { Delivery } from '../../domain/deliveries/delivery.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Ports } from '../../ports.ts';

const event = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  time: z.string(),
  traceparent: z.string().exactOptional(),
  datacontenttype: z.literal('application/json'),
  data: z.unknown(),
});

/** A delivery that was given up. */
export const deadLetter = z.object({ event, reason: z.string(), attempts: z.number(), at: z.string() });
export type DeadLetter = z.infer<typeof deadLetter>;

export function deadLetterName(team: string, id: string): string {
  return `deadLetters/${team}/${id}`;
}

/** Kept until somebody of the team sends it again or drops it. */
export async function keepDeadLetter(
  { documents, log }: Pick<Ports, 'documents' | 'log'>,
  { team, event, attempts }: Delivery,
  reason: string,
  at: Instant,
): Promise<void> {
  const kept: DeadLetter = { event: { ...event }, reason, attempts: attempts + 1, at };
  await documents.write(deadLetterName(team, event.id), kept, undefined);
  log.warn(`delivery ${event.id} to team ${team} is a dead letter: ${reason}`);
}
