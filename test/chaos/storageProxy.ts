import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How storage is out of reach: connections are refused; they hang; or what was asked is done, and the connection is reset
 * instead of an answer.
 */
export const cuts = ['refused', 'hung', 'resetAfterRequest'] as const;
export type Cut = (typeof cuts)[number];

/** Stands between the app and storage and hands bytes on, TLS and all, until it is told not to. */
export class StorageProxy {
  #cut: Cut | undefined;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  #storagePort = 0;

  private constructor() {
    this.#server = createServer((client) => this.#handOn(client));
  }

  /** Listens on a free port of loopback. */
  static async start(): Promise<StorageProxy> {
    const proxy = new StorageProxy();
    proxy.#server.listen(0, 'localhost');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return portOf(this.#server.address());
  }

  leadTo(storagePort: number): void {
    this.#storagePort = storagePort;
  }

  cut(how: Cut): void {
    this.#cut = how;
    if (how === 'refused') this.#resetAll();
  }

  /** What hung is reset, so that its clients try again. */
  heal(): void {
    if (this.#cut === 'hung') this.#resetAll();
    this.#cut = undefined;
  }

  async stop(): Promise<void> {
    this.#resetAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #resetAll(): void {
    for (const client of this.#clients) client.resetAndDestroy();
  }

  #handOn(client: Socket): void {
    if (this.#cut === 'refused') {
      client.resetAndDestroy();
      return;
    }
    const storage = connect(this.#storagePort, 'localhost');
    this.#clients.add(client);
    client.on('data', (data) => {
      if (this.#cut !== 'hung') storage.write(data);
    });
    storage.on('data', (data) => {
      if (this.#cut === 'resetAfterRequest') client.resetAndDestroy();
      else if (this.#cut !== 'hung') client.write(data);
    });
    client
      .on('error', () => undefined)
      .on('close', () => {
        this.#clients.delete(client);
        storage.destroy();
      });
    storage.on('error', () => undefined).on('close', () => client.destroy());
  }
}

function portOf(address: ReturnType<Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  return address.port;
}
