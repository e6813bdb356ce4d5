import { app } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { invocationLog } from './invocationLog.ts';

/**
 * Queue → wake-up, where Event Grid cannot reach the app's own address: it delivers to Service Bus by its identity. What
 * rejects is abandoned and delivered again.
 */
app.serviceBusQueue('queuedImageEvents', {
  connection: 'ServiceBusConnection',
  queueName: 'image-events',
  handler: async (event, context) =>
    (await theApp()).receiveEvent(event, invocationLog(context), context.traceContext?.traceParent),
});
