import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { ServiceBusConnections } from '../connections.ts';
import type { ServiceBusSettings } from '../hostJson.ts';
import type { Invoker, Trigger } from '../invoke.ts';
import type { RegisteredFunction } from '../loadApp.ts';
import type { Log } from '../log.ts';
import { resolveSettings, type Settings } from '../settings.ts';
import { within } from '../within.ts';
import { listenToBatches, serveSessionInBatches } from './serviceBusBatches.ts';
import type { Listener, ListenerOptions, ServiceBusEntity } from './serviceBusListener.ts';
import { toInput, toTriggerMetadata } from './serviceBusMessage.ts';
import { listenToMessages } from './serviceBusMessages.ts';
import { listenToSessions, serveSession } from './serviceBusSessions.ts';

const serviceBusBinding = z.looseObject({
  connection: z.string(),
  queueName: z.string().optional(),
  topicName: z.string().optional(),
  subscriptionName: z.string().optional(),
  isSessionsEnabled: z.boolean().default(false),
  autoCompleteMessages: z.boolean().optional(),
  cardinality: z.enum(['one', 'many']).default('one'),
  dataType: z.string().optional(),
});
type ServiceBusBinding = z.infer<typeof serviceBusBinding>;

/**
 * The client waits minutes for the answer to a settlement when the connection breaks in between. Nothing is lost by
 * not waiting: the message comes again once its lock ends.
 */
const settleLimitMs = 5_000;

interface TriggerOptions {
  connections: ServiceBusConnections;
  settings: Settings;
  serviceBus: ServiceBusSettings;
  invoker: Invoker;
  clock: Clock;
  log: Log;
}

/** Starts listening for every Service Bus function. */
export async function startServiceBusTriggers(
  options: TriggerOptions & { functions: RegisteredFunction[] },
): Promise<Listener> {
  const listeners: Listener[] = [];
  for (const registered of options.functions) {
    if (registered.trigger.type === 'serviceBusTrigger') listeners.push(await startListener(registered, options));
  }
  return {
    async stop() {
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}

async function startListener(registered: RegisteredFunction, options: TriggerOptions): Promise<Listener> {
  const binding = serviceBusBinding.parse(registered.trigger);
  const listenerOptions: ListenerOptions = {
    client: await options.connections.client(binding.connection),
    entity: readEntity(registered.metadata.name, binding, options.settings),
    settings: options.serviceBus,
    dispatch: (messages, receiver) => dispatch(registered, binding, messages, receiver, options),
    clock: options.clock,
    log: options.log,
  };
  const isBatch = binding.cardinality === 'many';
  if (!binding.isSessionsEnabled) return isBatch ? listenToBatches(listenerOptions) : listenToMessages(listenerOptions);
  const { maxConcurrentSessions, maxAutoLockRenewalDuration } = options.serviceBus;
  // In batches the extension serves one session at a time, however many are allowed, and renews no locks.
  const sessionOptions = isBatch
    ? { concurrency: 1, renewLocksMs: 0, serve: serveSessionInBatches }
    : { concurrency: maxConcurrentSessions, renewLocksMs: maxAutoLockRenewalDuration, serve: serveSession };
  return listenToSessions({ ...listenerOptions, ...sessionOptions });
}

function readEntity(functionName: string, binding: ServiceBusBinding, settings: Settings): ServiceBusEntity {
  const { queueName, topicName, subscriptionName } = binding;
  if (queueName) {
    const name = resolveSettings(queueName, settings);
    return { path: name, names: [name] };
  }
  if (!topicName || !subscriptionName) {
    throw new Error(`function "${functionName}": needs queueName, or topicName and subscriptionName`);
  }
  const topic = resolveSettings(topicName, settings);
  const subscription = resolveSettings(subscriptionName, settings);
  return { path: `${topic}/${subscription}`, names: [topic, subscription] };
}

/** Peek-lock: runs the function, completes on success, abandons when it throws. */
async function dispatch(
  registered: RegisteredFunction,
  binding: ServiceBusBinding,
  messages: ServiceBusReceivedMessage[],
  receiver: ServiceBusReceiver,
  { invoker, log, clock, serviceBus }: TriggerOptions,
): Promise<void> {
  const isBatch = binding.cardinality === 'many';
  const bound = bind();
  const succeeded =
    bound !== undefined &&
    (await invoker.invoke(registered, bound).then(
      () => true,
      () => false, // logged by the invoker
    ));
  const completes = binding.autoCompleteMessages ?? serviceBus.autoCompleteMessages;
  if (succeeded && !completes) return;
  await Promise.all(messages.map(settle));

  /** What the function gets, or undefined where a message cannot be turned into that. */
  function bind(): Trigger | undefined {
    const ids = messages.map(({ messageId }) => messageId).join(', ');
    try {
      return {
        reason: `(null) MessageIds: ${ids}`,
        input: toInput(messages, isBatch, binding.dataType?.toLowerCase() === 'binary'),
        metadata: toTriggerMetadata(messages, isBatch),
        traceParent: readTraceParent(messages[0]),
      };
    } catch (error) {
      const { name } = registered.metadata;
      log(
        'error',
        `Function.${name}`,
        `'Functions.${name}' does not run: exception binding messages ${ids}: ${String(error)}`,
      );
      return undefined;
    }
  }

  async function settle(message: ServiceBusReceivedMessage): Promise<void> {
    try {
      const settled = succeeded ? receiver.completeMessage(message) : receiver.abandonMessage(message);
      await within(clock, settleLimitMs, settled, noAnswer);
    } catch (error) {
      const action = succeeded ? 'complete' : 'abandon';
      log('error', 'Host.Triggers.ServiceBus', `cannot ${action} message "${message.messageId}": ${String(error)}`);
    }
  }
}

function noAnswer(): never {
  throw new Error('no answer from Service Bus');
}

function readTraceParent(message: ServiceBusReceivedMessage | undefined): string | undefined {
  const id = message?.applicationProperties?.['Diagnostic-Id'];
  return typeof id === 'string' ? id : undefined;
}
