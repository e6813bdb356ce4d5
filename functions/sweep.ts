import { app } from '@azure/functions';
import { theApp } from '../shared/app.ts';
import { invocationLog } from './invocationLog.ts';

/** Timer → the look for what events missed. */
app.timer('sweep', {
  schedule: '%IMPRIMATUR_SWEEP_SCHEDULE%',
  handler: (_, context) => theApp().sweep(invocationLog(context)),
});
