import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { AccessToken, TokenCredential } from '@azure/identity';
import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';
import type { BusySpans } from './busySpans.ts';
import { type Answer, isTooEarly } from './isTooEarly.ts';
import { isUnderWay } from './isUnderWay.ts';
import type { AzureRequest, Operation, Replayed, Send } from './operations.ts';

/** On the stack's clock: Azure takes half a minute at most for anything. */
const againMs = 2_000;
const mostRepeats = 150;
const mostTries = 5;
const storageScope = 'https://storage.azure.com/.default';
const expiringMs = 300_000;
/** Written for the run that was recorded, or by the one that sends. */
const notSent = new Set([
  'authorization',
  'host',
  'connection',
  'transfer-encoding',
  'if-match',
  'if-none-match',
  'x-ms-blob-condition-appendpos',
]);

export interface Azure {
  serviceBus: ServiceBusClient;
  credential: TokenCredential;
  resourceManager: { endpoint: string; scope: string };
}

const unchanged = 304;

/** Does recorded operations again, as plain requests and messages. */
export class OperationReplay {
  readonly #azure: Azure;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #senders = new Map<string, ServiceBusSender>();
  /** Ids of long-running operations, by those in the record. */
  readonly #ids = new Map<string, string>();
  /** Of what was read, by URL: what had not changed in the record is asked for in the same way. */
  readonly #etags = new Map<string, string>();
  readonly #tokens = new Map<string, AccessToken>();
  readonly done: Replayed = { operations: 0, repeated: 0, answeredOtherwise: 0, givenUp: [] };

  constructor(azure: Azure) {
    this.#azure = azure;
  }

  async act(operation: Operation, busy: BusySpans): Promise<void> {
    this.done.operations += 1;
    return operation.kind === 'send' ? this.#send(operation) : this.#ask(operation, busy);
  }

  async #send({ entity, messages }: Send): Promise<void> {
    const sender = this.#senders.get(entity) ?? this.#azure.serviceBus.createSender(entity);
    this.#senders.set(entity, sender);
    const now = Date.now();
    await sender.sendMessages(
      messages.map(({ delayMs, ...message }) => ({
        ...message,
        ...(delayMs !== undefined && { scheduledEnqueueTimeUtc: new Date(now + delayMs) }),
      })),
    );
  }

  /** Asks again while Azure is not as far as it was. */
  async #ask(request: AzureRequest, busy: BusySpans): Promise<void> {
    const isManagement = request.url.startsWith(this.#azure.resourceManager.endpoint);
    for (let repeats = 0; ; repeats += 1) {
      const answer = await this.#surely(request, isManagement);
      const { status, operationId } = answer;
      if (operationId !== undefined && request.operationId !== undefined)
        this.#ids.set(request.operationId, operationId);
      const mayWait = isManagement && isTooEarly(request, answer);
      if (!mayWait || repeats === mostRepeats) {
        if (![0, status].includes(request.status)) this.done.answeredOtherwise += 1;
        if (mayWait) this.done.givenUp.push(`${request.method} ${request.url}: ${status} instead of ${request.status}`);
        return;
      }
      this.done.repeated += 1;
      await busy.rest(() => new Promise((resolve) => setTimeout(resolve, againMs)));
    }
  }

  /** A connection that was kept may be closed by the other end as the request goes out, which an SDK repeats too. */
  async #surely(request: AzureRequest, isManagement: boolean): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#once(request, isManagement);
      } catch (error) {
        if (tries === mostTries) throw error;
        this.done.repeated += 1;
      }
    }
  }

  async #token(scope: string): Promise<string> {
    const known = this.#tokens.get(scope);
    if (known && known.expiresOnTimestamp > Date.now() + expiringMs) return known.token;
    const token = await this.#azure.credential.getToken(scope);
    if (!token) throw new Error(`there is no token for ${scope}`);
    this.#tokens.set(scope, token);
    return token.token;
  }

  async #once(recorded: AzureRequest, isManagement: boolean): Promise<Answer> {
    const token = await this.#token(isManagement ? this.#azure.resourceManager.scope : storageScope);
    const kept = Object.entries(recorded.headers).filter(([name]) => !notSent.has(name));
    const url = recorded.url.replace(/[^/?]+(?=\?|$)/, (id) => this.#ids.get(id) ?? id);
    const etag = recorded.status === unchanged ? this.#etags.get(url) : undefined;
    const condition = etag === undefined ? {} : { 'if-none-match': etag };
    const options: RequestOptions = {
      agent: this.#agent,
      method: recorded.method,
      headers: { ...Object.fromEntries(kept), ...condition, authorization: `Bearer ${token}` },
    };
    return new Promise((resolve, reject) => {
      const asked = httpsRequest(url, options, (response) => {
        const operation = response.headers['azure-asyncoperation'] ?? response.headers.location;
        const operationId = URL.canParse(String(operation))
          ? new URL(String(operation)).pathname.split('/').at(-1)
          : undefined;
        const { etag } = response.headers;
        if (etag !== undefined && recorded.method === 'GET') this.#etags.set(url, etag);
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            ...(operationId !== undefined && { operationId }),
            isUnderWay: isManagement && isUnderWay(Buffer.concat(chunks).toString()),
          }),
        );
        response.once('error', reject);
      });
      asked.once('error', reject);
      asked.end(Buffer.from(recorded.body, 'base64'));
    });
  }
}
