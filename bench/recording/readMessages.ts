import { readFile } from 'node:fs/promises';
import rhea from 'rhea';
import { z } from 'zod';

/** A message that Service Bus took; `dueAt` is when it could be received. Milliseconds of the stack's clock. */
export interface Message {
  entity: string;
  id: string;
  session: string;
  sentAt: number;
  dueAt: number;
}

const stored = z.looseObject({
  op: z.literal('stored'),
  entity: z.string(),
  number: z.number(),
  content: z.string(),
  at: z.number(),
  dueAt: z.number().nullish(),
});
const line = z.array(z.unknown());

/** All messages that the journal of local Service Bus knows, each once for every entity that kept it. */
export async function readMessages(journal: string): Promise<Message[]> {
  const messages = new Map<string, Message>();
  const lines = (await readFile(journal, 'utf8')).split('\n').slice(0, -1);
  for (const record of lines.flatMap((text) => line.parse(JSON.parse(text)))) {
    const parsed = stored.safeParse(record);
    if (!parsed.success) continue;
    const { entity, number, content, at, dueAt } = parsed.data;
    // A scheduled message is stored again once it is due.
    const known = messages.get(`${entity} ${number}`);
    const { message_id, group_id } = rhea.message.decode(Buffer.from(content, 'base64'));
    messages.set(`${entity} ${number}`, {
      entity,
      id: String(message_id),
      session: String(group_id ?? ''),
      sentAt: known?.sentAt ?? at,
      dueAt: Math.max(at, dueAt ?? at),
    });
  }
  return [...messages.values()];
}
