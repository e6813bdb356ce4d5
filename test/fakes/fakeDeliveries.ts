import type { Delivery } from '../../shared/domain/deliveries/delivery.ts';
import type { WebhookResponse } from '../../shared/domain/deliveries/webhookResponse.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { Secret } from '../../shared/domain/secret.ts';
import type { Deliveries, Secrets, StorageQueues, TeamMessages, Webhooks } from '../../shared/ports.ts';

/** The queue of deliveries; the test takes from it. */
export class FakeDeliveries implements Deliveries {
  readonly sent: { delivery: Delivery; at: Instant }[] = [];

  async send(delivery: Delivery, at: Instant): Promise<void> {
    this.sent.push({ delivery: structuredClone(delivery), at });
  }
}

export interface WebhookCall {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Servers of teams: they want calls, and answer as the test says. */
export class FakeWebhooks implements Webhooks {
  readonly origin = 'imprimatur.example';
  readonly calls: WebhookCall[] = [];
  handshake: WebhookResponse = { kind: 'answered', status: 200, headers: { 'webhook-allowed-origin': '*' } };
  respond: (call: WebhookCall) => WebhookResponse | Promise<WebhookResponse> = () => ({
    kind: 'answered',
    status: 204,
    headers: {},
  });

  async call(method: 'POST' | 'OPTIONS', url: string, headers: Record<string, string>, body?: string) {
    const call = { method, url, headers, ...(body !== undefined && { body }) };
    this.calls.push(call);
    return method === 'OPTIONS' ? this.handshake : this.respond(call);
  }

  get posts(): WebhookCall[] {
    return this.calls.filter(({ method }) => method === 'POST');
  }
}

export class FakeStorageQueues implements StorageQueues {
  readonly messages: { url: string; text: string }[] = [];

  isQueue(url: string): boolean {
    return /^https:\/\/[a-z0-9]+\.queue\.core\.windows\.net\/[a-z0-9-]+$/.test(url);
  }

  async send(url: string, text: string): Promise<void> {
    this.messages.push({ url, text });
  }
}

/** A key vault, and chance that is none. */
export class FakeSecrets implements Secrets {
  readonly values = new Map<string, string>();
  private made = 0;

  async read(name: string): Promise<Secret | undefined> {
    const value = this.values.get(name);
    return value === undefined ? undefined : new Secret(value);
  }

  async write(name: string, value: Secret): Promise<void> {
    this.values.set(name, value.reveal());
  }

  random(bytes: number): string {
    this.made += 1;
    return Buffer.alloc(bytes, this.made).toString('base64');
  }
}

/** What lies in subscriptions, as the test puts it there. */
export class FakeTeamMessages implements TeamMessages {
  readonly letters = new Map<string, Awaited<ReturnType<TeamMessages['deadLetters']>>>();

  async deadLetters(team: string) {
    return this.letters.get(team) ?? [];
  }

  async removeDeadLetter(team: string, id: string): Promise<void> {
    this.letters.set(
      team,
      (this.letters.get(team) ?? []).filter((letter) => letter.id !== id),
    );
  }
}
