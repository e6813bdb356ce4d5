import settings from '../../infra/eventSubscriptions.json' with { type: 'json' };
import type { Endpoints } from './endpoints.ts';
import { eventTopic, hostKeys, smokeTestGroupId } from './names.ts';

/** The deployed event subscriptions, with the local Functions host or a queue as their destination. */
export function eventSubscriptions({ functions }: Endpoints, privateNetwork: boolean) {
  return Object.entries(settings).map(
    ([name, { functionName, filter, eventDeliverySchema, retryPolicy, deadLetterContainer }]) => ({
      name,
      topic: eventTopic,
      // In Azure the second one hangs on the system topic of the smoke-test resource group, which is this prefix.
      filter: name === 'smokeTestEvents' ? { ...filter, subjectBeginsWith: `${smokeTestGroupId}/` } : filter,
      eventDeliverySchema,
      retryPolicy,
      destination: privateNetwork
        ? { queue: 'image-events' }
        : { url: `${functions}/runtime/webhooks/eventgrid?functionName=${functionName}&code=${hostKeys.eventGrid}` },
      deadLetter: { container: deadLetterContainer },
    }),
  );
}
