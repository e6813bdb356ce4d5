import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** Receives what is there to be received now, however long that takes: a receiver that is told to hurry may get nothing. */
export async function receiveAll(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> {
  const there = (await receiver.peekMessages(100)).filter(({ state }) => state === 'active');
  return there.length === 0 ? [] : receiver.receiveMessages(there.length);
}
