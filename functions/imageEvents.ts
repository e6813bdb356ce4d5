import { app } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { invocationLog } from './invocationLog.ts';

/** Event Grid → wake-up. What rejects is delivered again by Event Grid. */
app.eventGrid('imageEvents', {
  handler: async (event: unknown, context) =>
    (await theApp()).receiveEvent(event, invocationLog(context), context.traceContext?.traceParent),
});
