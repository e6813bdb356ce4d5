import { app } from '@azure/functions';
import { theApp } from '../shared/app.ts';
import { invocationLog } from './invocationLog.ts';

/** Event Grid → wake-up. What rejects is delivered again by Event Grid. */
app.eventGrid('imageEvents', {
  handler: (event: unknown, context) =>
    theApp().receiveEvent(event, invocationLog(context), context.traceContext?.traceParent),
});
