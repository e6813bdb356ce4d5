import { app } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { invocationLog } from './invocationLog.ts';

/** Service Bus queue → webhook or storage queue of a team, or its record. What rejects is abandoned and delivered again. */
app.serviceBusQueue('teamDeliveries', {
  connection: 'ServiceBusConnection',
  queueName: 'deliveries',
  handler: async (body, context) => (await theApp()).deliver(body, context.triggerMetadata, invocationLog(context)),
});
