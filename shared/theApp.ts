import type { App } from './app.ts';
import { readConfig } from './config.ts';

/** Whoever imports this has settings that are complete, or a ConfigError that lists every problem of them. */
const config = readConfig(process.env);

let app: Promise<App> | undefined;

/**
 * The app of this process, composed at first use. Its code is loaded then: the host waits for the functions to be
 * registered before it connects to anything, and to register them needs a twentieth of it.
 */
export function theApp(): Promise<App> {
  app ??= import('./app.ts').then(({ createApp }) => createApp(config));
  return app;
}
