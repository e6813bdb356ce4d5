import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { AccessToken, TokenCredential } from '@azure/identity';
import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';
import type { AzureRequest, Operation, Replayed, Send } from './operations.ts';

/** On the stack's clock; Azure is as far within a minute, or never. */
const againMs = 1_000;
const mostRepeats = 120;
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

/** Does recorded operations again, as plain requests and messages. */
export class OperationReplay {
  readonly #azure: Azure;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #senders = new Map<string, ServiceBusSender>();
  /** Ids of long-running operations, by those in the record. */
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, AccessToken>();
  readonly done: Replayed = { operations: 0, repeated: 0, answeredOtherwise: 0 };

  constructor(azure: Azure) {
    this.#azure = azure;
  }

  readonly act = (operation: Operation): Promise<void> => {
    this.done.operations += 1;
    return operation.kind === 'send' ? this.#send(operation) : this.#ask(operation);
  };

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

  /** Azure may not be as far as it was: what Resource Manager granted then and refuses now is asked for again. */
  async #ask(request: AzureRequest): Promise<void> {
    const isManagement = request.url.startsWith(this.#azure.resourceManager.endpoint);
    for (let repeats = 0; ; repeats += 1) {
      const { status, operationId } = await this.#once(request, isManagement);
      if (operationId !== undefined && request.operationId !== undefined)
        this.#ids.set(request.operationId, operationId);
      if (status === request.status || request.status === 0) return;
      const isTooEarly = isManagement && request.status < 400 && (status === 404 || status === 409);
      if (!isTooEarly || repeats === mostRepeats) {
        this.done.answeredOtherwise += 1;
        return;
      }
      this.done.repeated += 1;
      await wait(againMs);
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

  async #once(recorded: AzureRequest, isManagement: boolean): Promise<{ status: number; operationId?: string }> {
    const token = await this.#token(isManagement ? this.#azure.resourceManager.scope : storageScope);
    const kept = Object.entries(recorded.headers).filter(([name]) => !notSent.has(name));
    const url = recorded.url.replace(/[^/?]+(?=\?|$)/, (id) => this.#ids.get(id) ?? id);
    const options: RequestOptions = {
      agent: this.#agent,
      method: recorded.method,
      headers: { ...Object.fromEntries(kept), authorization: `Bearer ${token}` },
    };
    return new Promise((resolve, reject) => {
      const asked = httpsRequest(url, options, (response) => {
        const operation = response.headers['azure-asyncoperation'] ?? response.headers.location;
        const operationId = URL.canParse(String(operation))
          ? new URL(String(operation)).pathname.split('/').at(-1)
          : undefined;
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, ...(operationId !== undefined && { operationId }) }),
        );
        response.once('error', reject);
        response.resume();
      });
      asked.once('error', reject);
      asked.end(Buffer.from(recorded.body, 'base64'));
    });
  }
}
