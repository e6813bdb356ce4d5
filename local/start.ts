/** `npm start`: local Azure and the built app until Ctrl-C, telling what the service does. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { Narrator, paint } from './demo/narrator.ts';
import { apiClient } from './stack/apiClient.ts';
import { defaultPorts, type StackPorts } from './stack/ports.ts';
import { startStack } from './stack/startStack.ts';

const teams = [
  { team: 'web', filter: "image = 'ubuntu-2404' AND type LIKE '%.published.%'" },
  { team: 'security', filter: "type LIKE '%.quarantined.%' OR type LIKE '%.inconclusive.%'" },
];

const portNames = Object.keys(defaultPorts).join(', ');
const command = new Command('start')
  .description('Runs local Azure and the built app until Ctrl-C.')
  .option(
    '--port <part=number>',
    `port of a part, repeatable; 0 picks a free one. Parts: ${portNames}`,
    choosePort,
    defaultPorts,
  )
  .option('--speed <factor>', 'how many times as fast as real time all clocks run', Number, 1)
  .option('--workers <number>', 'worker processes of the Functions host', Number, 1)
  .option('--policy <file>', 'policy file to upload', 'local/policy.yaml')
  .option('--without-app', 'leave the app out: run it yourself, for example with Azure Functions Core Tools')
  .option('--keep', 'go on with what the last run left in .local')
  .option('--verbose', 'print the log lines of every part')
  .parse();
const options = command.opts<{
  port: StackPorts;
  speed: number;
  workers: number;
  policy: string;
  withoutApp?: boolean;
  keep?: boolean;
  verbose?: boolean;
}>();

const root = resolve(import.meta.dirname, '..');
const print = (line: string) => console.log(line);
const end = new AbortController();
process.once('SIGINT', () => end.abort()).once('SIGTERM', () => end.abort());

print('Starting local Azure and the app …');
try {
  await runUntil(end.signal);
} catch (error) {
  console.error(`imprimatur: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function runUntil(signal: AbortSignal): Promise<void> {
  const stack = await startStack({
    folder: join(root, '.local/stack'),
    ports: options.port,
    keep: options.keep ?? false,
    speed: options.speed,
    workers: options.workers,
    policyFile: resolve(options.policy),
    teams,
    storageQueues: true,
    app: root,
    log: (part, line) => (options.verbose ? print(paint('dim', `[${part}] ${line}`)) : undefined),
  });
  try {
    await mkdir(join(root, '.local'), { recursive: true });
    await writeFile(join(root, '.local/endpoints.json'), `${JSON.stringify(stack.endpoints, null, 2)}\n`);
    greet();
    if (options.withoutApp) {
      await stack.functionsHost.stop();
      print(`The app is yours to run: events go to ${stack.endpoints.functions}.`);
      await once(signal, 'abort');
      return;
    }
    const narrator = new Narrator(apiClient(stack.endpoints), print);
    while (!signal.aborted) {
      await narrator
        .look()
        .catch((error: unknown) => print(paint('dim', `the service does not answer: ${String(error)}`)));
      await wait(1_000, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    print('Stopping …');
    await stack.stop();
  }
}

function greet(): void {
  print('Up. Its endpoints are in .local/endpoints.json. In another terminal:');
  print('  npm run image -- ubuntu-2404 1.0.0 healthy           # publish a good version');
  print('  npm run image -- ubuntu-2404 1.0.1 broken-service    # publish a broken one');
  print('  npm run latest                                       # ask what is latest');
}

function choosePort(text: string, ports: StackPorts): StackPorts {
  const [part, number] = text.split('=');
  const port = Number(number);
  if (part === undefined || !(part in defaultPorts)) throw new InvalidArgumentError(`the parts are ${portNames}`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return { ...ports, [part]: port };
}
