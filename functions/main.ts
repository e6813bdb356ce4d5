/** The Function App: importing a file below registers its trigger. Settings are checked before anything is registered. */
import { boundHeap } from '../shared/boundHeap.ts';
import { theApp } from '../shared/theApp.ts';
import './auditIndex.ts';
import './httpApi.ts';
import './imageEvents.ts';
import './publicationSteps.ts';
import './queuedImageEvents.ts';
import './sweep.ts';
import './teamDeliveries.ts';

boundHeap();

// The host has asked for the functions by then, and connects to what triggers them: what comes first finds the app loaded.
setTimeout(theApp, 500).unref();
