import { app } from '@azure/functions';
import { theApp } from '../shared/app.ts';
import { invocationLog } from './invocationLog.ts';

/** Service Bus queue, batched → day index. */
app.serviceBusQueue('auditIndex', {
  connection: 'ServiceBusConnection',
  queueName: 'audit-index',
  cardinality: 'many',
  handler: (messages, context) =>
    theApp().index(Array.isArray(messages) ? messages : [messages], invocationLog(context)),
});
