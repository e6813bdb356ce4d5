import { app } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { invocationLog } from './invocationLog.ts';

/** Service Bus queue, batched → day index. */
app.serviceBusQueue('auditIndex', {
  connection: 'ServiceBusConnection',
  queueName: 'audit-index',
  cardinality: 'many',
  handler: async (messages, context) =>
    (await theApp()).index(Array.isArray(messages) ? messages : [messages], invocationLog(context)),
});
