import { app } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { invocationLog } from './invocationLog.ts';

/** Timer → the look for what events missed. */
app.timer('sweep', {
  schedule: '%IMPRIMATUR_SWEEP_SCHEDULE%',
  handler: async (_, context) => (await theApp()).sweep(invocationLog(context)),
});
