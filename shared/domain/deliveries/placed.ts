import * as z from 'zod';
import { shortHash } from '../ids.ts';
import { teamName } from '../teams/team.ts';

/** Application property by which the rules of a counting subscription say whose announcement it is. */
export const countedFor = 'countedFor';

/** The subscription beside that of a team, which hands the same messages to the service to be counted. No team can have this name. */
export function countingName(team: string): string {
  return `counted.${shortHash(20, team)}`;
}

/** One announcement that Service Bus has put into the subscription of a team. */
export interface Placed {
  team: string;
  /** Of the message: an announcement that is sent again is another message. */
  messageId: string;
  /** When the fact was written down. */
  time: string;
}

const metadata = z.object({
  messageId: z.string().min(1),
  applicationProperties: z.object({ [countedFor]: teamName, 'cloudEvents:time': z.iso.datetime() }),
});

/** Reads the metadata of a message of the queue `deliveries`; undefined of one that has to be delivered. */
export function parsePlaced(given: unknown): Placed | undefined {
  const parsed = metadata.safeParse(given);
  if (!parsed.success) return undefined;
  const { messageId, applicationProperties: properties } = parsed.data;
  return { messageId, team: properties[countedFor], time: properties['cloudEvents:time'] };
}
