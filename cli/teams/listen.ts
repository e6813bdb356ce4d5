import type { TokenCredential } from '@azure/identity';
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { CommandError, exitCodes } from '../exitCodes.ts';
import { style } from '../style.ts';

const topic = 'image-versions';
const pollMs = 1_000;

/** Prints what the subscription holds and what comes, until the process is told to end. */
export async function listen(
  host: string,
  credential: TokenCredential,
  team: string,
  { take = false, json = false }: { take?: boolean; json?: boolean },
): Promise<void> {
  const { ServiceBusClient } = await import('@azure/service-bus');
  const client = new ServiceBusClient(host, credential, { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } });
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  try {
    const receiver = client.createReceiver(topic, team, { receiveMode: 'receiveAndDelete' });
    let next: ServiceBusReceivedMessage['sequenceNumber'];
    while (!end.signal.aborted) {
      const messages = take
        ? await receiver.receiveMessages(50, { maxWaitTimeInMs: pollMs, abortSignal: end.signal })
        : await receiver.peekMessages(50, { ...(next && { fromSequenceNumber: next }), abortSignal: end.signal });
      for (const message of messages) {
        print(message, json);
        next = message.sequenceNumber?.add(1);
      }
      if (!take && messages.length === 0) await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } catch (error) {
    if (end.signal.aborted) return;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'UnauthorizedAccess')
      throw new CommandError(
        `you may not receive as team ${team}: see "imprimatur teams show ${team}"`,
        exitCodes.refused,
      );
    if (code === 'MessagingEntityNotFound') throw new CommandError(`there is no team ${team}`, exitCodes.refused);
    throw new CommandError(`${host} cannot be listened to: ${String(error)}`, exitCodes.outOfReach, error);
  } finally {
    await client.close();
  }
}

function print(
  { messageId, applicationProperties, enqueuedTimeUtc, body }: ServiceBusReceivedMessage,
  json: boolean,
): void {
  const type = applicationProperties?.['cloudEvents:type'];
  const id = applicationProperties?.['cloudEvents:id'] ?? messageId;
  if (json) console.log(JSON.stringify({ id, type, enqueuedAt: enqueuedTimeUtc, data: body }));
  else console.log(`${enqueuedTimeUtc?.toISOString() ?? ''}  ${style('bold', String(type))}  ${body?.summary ?? ''}`);
}
