/** The Function App: importing a file below registers its trigger. Settings are checked before anything is registered. */
import { theApp } from '../shared/app.ts';
import './auditIndex.ts';
import './httpApi.ts';
import './imageEvents.ts';
import './publicationSteps.ts';
import './queuedImageEvents.ts';
import './sweep.ts';
import './teamDeliveries.ts';

theApp();
