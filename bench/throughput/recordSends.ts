import type { ServiceBusMessage, ServiceBusMessageBatch, ServiceBusSender } from '@azure/service-bus';
import type { Operation, Send } from './operations.ts';

interface Recorder {
  /** The operations of the invocation that runs, if one does. */
  begin(): { operations: Operation[] | undefined; begun: number };
  end(): number;
}

/** The same sender, which notes what is sent; a batch is told as the messages that were added to it. */
export function recordSends(sender: ServiceBusSender, { begin, end }: Recorder): ServiceBusSender {
  const added = new WeakMap<object, ServiceBusMessage[]>();
  const createBatch = sender.createMessageBatch.bind(sender);
  sender.createMessageBatch = async (options) => {
    const batch = await createBatch(options);
    const messages: ServiceBusMessage[] = [];
    added.set(batch, messages);
    const tryAdd = batch.tryAddMessage.bind(batch);
    batch.tryAddMessage = (message, how) => {
      const fits = tryAdd(message, how);
      if (fits) messages.push(message as ServiceBusMessage);
      return fits;
    };
    return batch;
  };
  const sendMessages = sender.sendMessages.bind(sender);
  sender.sendMessages = async (sent, options) => {
    const { operations, begun } = begin();
    await sendMessages(sent, options);
    const messages =
      added.get(sent) ?? (Array.isArray(sent) ? sent : [sent as Exclude<typeof sent, ServiceBusMessageBatch>]);
    operations?.push({
      kind: 'send',
      begun,
      ended: end(),
      entity: sender.entityPath,
      messages: (messages as ServiceBusMessage[]).map(toRecord),
    });
  };
  return sender;
}

function toRecord(message: ServiceBusMessage): Send['messages'][number] {
  const { body, contentType, messageId, sessionId, scheduledEnqueueTimeUtc: at } = message;
  const properties = Object.entries(message.applicationProperties ?? {}).filter(([, value]) => value !== undefined);
  return {
    body,
    ...(contentType !== undefined && { contentType }),
    ...(messageId !== undefined && { messageId: String(messageId) }),
    ...(sessionId !== undefined && { sessionId }),
    ...(properties.length > 0 && {
      applicationProperties: Object.fromEntries(properties) as Record<string, string | number | boolean>,
    }),
    ...(at !== undefined && { delayMs: Math.max(0, at.getTime() - Date.now()) }),
  };
}
