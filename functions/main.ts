/** The Function App: importing a file below registers its trigger. Settings are checked before anything is registered. */
import { setFlagsFromString } from 'node:v8';
import { theApp } from '../shared/theApp.ts';
import './auditIndex.ts';
import './httpApi.ts';
import './imageEvents.ts';
import './publicationSteps.ts';
import './queuedImageEvents.ts';
import './sweep.ts';
import './teamDeliveries.ts';

// The smallest instance has 512 MB, for the host too. By itself V8 lets the heap grow to several times what lives in it
// before it collects, by the memory that it finds; the flag is read at every collection.
setFlagsFromString('--heap-growing-percent=50');

// The host has asked for the functions by then, and connects to what triggers them: what comes first finds the app loaded.
setTimeout(theApp, 500).unref();
