/** The triggers of functions/ over handlers that do nothing: what the platform itself costs. */
import { app } from '@azure/functions';

const connection = 'ServiceBusConnection';
const nothing = () => undefined;

app.setup({ enableHttpStream: true });
app.serviceBusQueue('auditIndex', { connection, queueName: 'audit-index', cardinality: 'many', handler: nothing });
app.http('httpApi', {
  methods: ['GET', 'PUT', 'POST', 'DELETE'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: () => ({ status: 204 }),
});
app.eventGrid('imageEvents', { handler: nothing });
app.serviceBusQueue('publicationSteps', {
  connection,
  queueName: 'publications',
  isSessionsEnabled: true,
  handler: nothing,
});
app.serviceBusQueue('queuedImageEvents', { connection, queueName: 'image-events', handler: nothing });
app.timer('sweep', { schedule: '%IMPRIMATUR_SWEEP_SCHEDULE%', handler: nothing });
app.serviceBusQueue('teamDeliveries', { connection, queueName: 'deliveries', handler: nothing });
