import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServiceBusClient } from '@azure/service-bus';
import { z } from 'zod';

const readyLine = z.object({ port: z.number(), tlsPort: z.number() });

/** Local Service Bus in a process that can be killed and started again on the same ports and data. */
export class BrokerProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'broker-'));
  readonly caFile = join(this.folder, 'certificates', 'ca.pem');
  /** Time for the broker and its clients: lock times shrink. */
  readonly clock = JSON.stringify({ origin: Date.now(), speed: 10 });
  port = 0;
  tlsPort = 0;
  #child: ChildProcess | undefined;

  get connectionString(): string {
    return `Endpoint=sb://localhost:${this.port};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`;
  }

  async start(): Promise<void> {
    const args = ['test/local/functionsHost/fixtures/broker.ts', this.folder, `${this.port}`, `${this.tlsPort}`];
    const env = { ...process.env, IMPRIMATUR_CLOCK: this.clock };
    const child = spawn('node_modules/.bin/node', args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the broker ended (${code})`)));
    });
    Object.assign(this, readyLine.parse(JSON.parse(line)));
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async send(entity: string, ...messages: { body: unknown; sessionId?: string; messageId?: string }[]): Promise<void> {
    const client = new ServiceBusClient(this.connectionString);
    await client.createSender(entity).sendMessages(messages);
    await client.close();
  }

  async cleanUp(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
