import type { OperationTracingOptions } from '@azure/core-tracing';
import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { AdapterError } from '../errors.ts';
import { contextOf } from './sdkSpans.ts';

/** Sends in order, in as few batches as the size limit of the namespace allows. */
export async function sendBatches(
  sender: ServiceBusSender,
  messages: ServiceBusMessage[],
  abortSignal: AbortSignal,
): Promise<void> {
  if (messages.length === 0) return;
  let batch = await sender.createMessageBatch({ abortSignal });
  for (const message of messages) {
    if (batch.tryAddMessage(message, tracingOf(message))) continue;
    if (batch.count > 0) {
      await sender.sendMessages(batch, { abortSignal });
      batch = await sender.createMessageBatch({ abortSignal });
      if (batch.tryAddMessage(message, tracingOf(message))) continue;
    }
    throw new AdapterError(`message ${message.messageId} is larger than ${batch.maxSizeInBytes} bytes`, {
      code: 'MessageSizeExceeded',
      retryable: false,
    });
  }
  await sender.sendMessages(batch, { abortSignal });
}

/** A message that says which trace it belongs to is told there, not where the batch is sent. */
function tracingOf({ applicationProperties }: ServiceBusMessage): { tracingOptions?: OperationTracingOptions } {
  const traceparent = applicationProperties?.['cloudEvents:traceparent'];
  const tracingContext = typeof traceparent === 'string' ? contextOf(traceparent) : undefined;
  return tracingContext ? { tracingOptions: { tracingContext } } : {};
}
