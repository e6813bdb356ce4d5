import settings from '../../infra/eventSubscriptions.json' with { type: 'json' };
import type { Endpoints } from './endpoints.ts';
import { eventTopic, hostKeys, smokeTestGroupId } from './names.ts';

/** The deployed event subscriptions, with the local Functions host as their destination. */
export function eventSubscriptions({ functions }: Endpoints) {
  return Object.entries(settings).map(
    ([name, { functionName, filter, eventDeliverySchema, retryPolicy, deadLetterContainer }]) => ({
      name,
      topic: eventTopic,
      // In Azure the second one hangs on the system topic of the smoke-test resource group, which is this prefix.
      filter: name === 'smokeTestEvents' ? { ...filter, subjectBeginsWith: `${smokeTestGroupId}/` } : filter,
      eventDeliverySchema,
      retryPolicy,
      destination: {
        url: `${functions}/runtime/webhooks/eventgrid?functionName=${functionName}&code=${hostKeys.eventGrid}`,
      },
      deadLetter: { container: deadLetterContainer },
    }),
  );
}
