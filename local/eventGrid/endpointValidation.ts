import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ask } from './ask.ts';
import type { EventSubscription } from './options.ts';

export type ProvisioningState = 'Creating' | 'Succeeded' | 'AwaitingManualAction' | 'Failed';

export interface ValidationOptions {
  subscription: EventSubscription;
  url: string;
  /** Where this stand-in can be reached for a later consent. */
  validateUrl: (code: string) => string;
  clock: Clock;
  stopped: AbortSignal;
  onChange: (state: ProvisioningState, reason: string) => void;
}

const firstRetryMs = 2_000;
const longestRetryMs = 30_000;
const manualActionMs = 5 * 60_000;
const origin = 'eventgrid.azure.net';

/**
 * Event Grid delivers nothing to an endpoint that did not agree. The agreement is asked for again and again, since the
 * endpoint may come up after this stand-in.
 */
export class EndpointValidation {
  readonly code = randomUUID();
  state: ProvisioningState = 'Creating';
  reason = 'the endpoint has not been asked yet';
  readonly #options: ValidationOptions;

  constructor(options: ValidationOptions) {
    this.#options = options;
  }

  /** Starts asking; comes back at once. */
  start(attempt = 0): void {
    const { clock, stopped } = this.#options;
    void this.#ask().then(([state, reason]) => {
      if (stopped.aborted || this.state === 'Succeeded') return;
      this.#change(state, reason);
      if (state === 'Succeeded') return;
      const again =
        state === 'AwaitingManualAction' ? manualActionMs : Math.min(firstRetryMs * 2 ** attempt, longestRetryMs);
      clock.after(again, () => {
        if (stopped.aborted || this.state === 'Succeeded') return;
        if (state === 'AwaitingManualAction')
          this.#change('Failed', 'nobody called the validation URL within 5 minutes');
        this.start(attempt + 1);
      });
    });
  }

  /** Somebody called the validation URL; false when that was not being waited for. */
  consent(): boolean {
    if (this.state === 'Failed') return false;
    this.#change('Succeeded', '');
    return true;
  }

  #change(state: ProvisioningState, reason: string): void {
    if (this.state === state && this.reason === reason) return;
    this.state = state;
    this.reason = reason;
    this.#options.onChange(state, reason);
  }

  #ask(): Promise<[ProvisioningState, string]> {
    const { eventDeliverySchema } = this.#options.subscription;
    return eventDeliverySchema === 'CloudEventSchemaV1_0' ? this.#askOptions() : this.#postEvent();
  }

  async #postEvent(): Promise<[ProvisioningState, string]> {
    const { subscription, url, clock, stopped, validateUrl } = this.#options;
    const event = {
      id: randomUUID(),
      topic: `/topics/${subscription.topic}`,
      subject: '',
      data: { validationCode: this.code, validationUrl: validateUrl(this.code) },
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      eventTime: new Date(clock.now()).toISOString(),
      metadataVersion: '1',
      dataVersion: '1',
    };
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'aeg-event-type': 'SubscriptionValidation',
      'aeg-subscription-name': subscription.name.toUpperCase(),
      'aeg-metadata-version': '1',
      'aeg-data-version': '1',
      'aeg-delivery-count': '0',
    };
    const answer = await ask({ url, method: 'POST', headers, body: JSON.stringify([event]) }, clock, stopped);
    if (!answer.answered) return ['Failed', `the endpoint gave no answer (${answer.outcome})`];
    if (answer.status !== 200) return ['Failed', `the endpoint answered ${answer.status} to the validation event`];
    if (validationResponse(answer.text) === this.code) return ['Succeeded', ''];
    return ['AwaitingManualAction', 'the endpoint answered 200 without the validation code'];
  }

  async #askOptions(): Promise<[ProvisioningState, string]> {
    const { url, clock, stopped, validateUrl } = this.#options;
    const headers = {
      'webhook-request-origin': origin,
      'webhook-request-callback': validateUrl(this.code),
      'webhook-request-rate': '120',
    };
    const answer = await ask({ url, method: 'OPTIONS', headers }, clock, stopped);
    if (!answer.answered) return ['Failed', `the endpoint gave no answer (${answer.outcome})`];
    const allowed = answer.headers.get('webhook-allowed-origin');
    if (answer.status < 300 && (allowed === '*' || allowed?.toLowerCase() === origin)) return ['Succeeded', ''];
    if (answer.status === 200) return ['AwaitingManualAction', 'the endpoint did not allow this origin'];
    return ['Failed', `the endpoint answered ${answer.status} to OPTIONS`];
  }
}

function validationResponse(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'validationResponse' in body
      ? body.validationResponse
      : undefined;
  } catch {
    return undefined;
  }
}
