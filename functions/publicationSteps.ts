import { app } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { invocationLog } from './invocationLog.ts';

/** Service Bus session queue → one step. What rejects is abandoned and delivered again. */
app.serviceBusQueue('publicationSteps', {
  connection: 'ServiceBusConnection',
  queueName: 'publications',
  isSessionsEnabled: true,
  handler: async (message, context) =>
    (await theApp()).step(message, context.triggerMetadata, invocationLog(context), context.traceContext?.traceParent),
});
