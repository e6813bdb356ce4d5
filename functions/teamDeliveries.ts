import { app } from '@azure/functions';
import { theApp } from '../shared/app.ts';
import { invocationLog } from './invocationLog.ts';

/** Service Bus queue → webhook or storage queue of a team, or its record. What rejects is abandoned and delivered again. */
app.serviceBusQueue('teamDeliveries', {
  connection: 'ServiceBusConnection',
  queueName: 'deliveries',
  handler: (body, context) => theApp().deliver(body, context.triggerMetadata, invocationLog(context)),
});
