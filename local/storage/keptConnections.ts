/**
 * Preloaded (`node --import`) into Azurite, whose own option for it is declared and not read: an idle connection stays open
 * for a minute. Azure ends it after minutes, Node's servers after five seconds, and each that is opened anew costs both
 * sides milliseconds of the processor.
 */
import http from 'node:http';
import https from 'node:https';

for (const { prototype } of [http.Server, https.Server]) {
  Object.defineProperty(prototype, 'keepAliveTimeout', { get: () => 60_000, set: () => {} });
}
