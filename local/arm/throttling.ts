import type { Clock } from '../clock.ts';
import { ArmError } from './errors.ts';
import type { ArmRequest } from './request.ts';

interface Bucket {
  size: number;
  perSecond: number;
}

/** Azure Resource Manager: per principal, subscription and kind of operation. */
const armBuckets: Record<'reads' | 'writes' | 'deletes', Bucket> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};
/** All principals of a subscription together. */
const globalFactor = 15;

const perMinute = (refill: number, size: number): Bucket => ({ size, perSecond: refill / 60 });

/** Microsoft.Compute: per virtual machine and per subscription and region. */
const computePolicies: Record<string, { resource?: Bucket; subscription: Bucket }> = {
  PutVM: { resource: perMinute(4, 12), subscription: perMinute(500, 1500) },
  UpdateVM: { resource: perMinute(4, 12), subscription: perMinute(500, 1500) },
  DeleteVM: { resource: perMinute(4, 12), subscription: perMinute(500, 1500) },
  LowCostGet: { resource: perMinute(12, 36), subscription: perMinute(8000, 24_000) },
  HighCostGet: { subscription: perMinute(300, 900) },
  GetOperation: { resource: perMinute(15, 45), subscription: perMinute(5000, 15_000) },
};

/** The documented token buckets, on the shared clock. */
export class Throttling {
  readonly #clock: Clock;
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token from each bucket the request falls under: headers about what remains, or a 429. */
  take(request: ArmRequest): Record<string, string> {
    return { ...this.#takeArm(request), ...this.#takeCompute(request) };
  }

  #takeArm({ method, caller, target }: ArmRequest): Record<string, string> {
    const kind = method === 'DELETE' ? 'deletes' : method === 'GET' || method === 'HEAD' ? 'reads' : 'writes';
    const bucket = armBuckets[kind];
    const scope = `${kind}|${target.subscriptionId}`;
    const whole = { size: bucket.size * globalFactor, perSecond: bucket.perSecond * globalFactor };
    const waitSeconds = Math.max(this.#wait(scope, whole), this.#wait(`${scope}|${caller.id}`, bucket));
    if (waitSeconds > 0) {
      throw tooMany(waitSeconds, {
        code: 'SubscriptionRequestsThrottled',
        message: `Number of '${kind}' requests for subscription '${target.subscriptionId}' actor '${caller.id}' exceeded. Please try again after '${waitSeconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
      });
    }
    this.#draw(scope);
    return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(this.#draw(`${scope}|${caller.id}`)) };
  }

  #takeCompute(request: ArmRequest): Record<string, string> {
    const policyName = computePolicyOf(request);
    const policy = policyName && computePolicies[policyName];
    if (!policy) return {};
    const buckets = [
      { key: `${policyName}Subscription|${request.facts.region ?? ''}`, bucket: policy.subscription },
      ...(policy.resource ? [{ key: `${policyName}Resource|${resourceOf(request)}`, bucket: policy.resource }] : []),
    ];
    const waitSeconds = Math.max(...buckets.map(({ key, bucket }) => this.#wait(key, bucket)));
    if (waitSeconds > 0) throw this.#computeRefusal(policyName, waitSeconds);
    const remaining = buckets.map(
      ({ key }) => `Microsoft.Compute/${key.slice(0, key.indexOf('|'))};${this.#draw(key)}`,
    );
    return { 'x-ms-ratelimit-remaining-resource': remaining.join(',') };
  }

  #computeRefusal(policy: string, waitSeconds: number): ArmError {
    const details = { operationGroup: policy, startTime: new Date(this.#clock.now()).toISOString() };
    return tooMany(waitSeconds, {
      code: 'OperationNotAllowed',
      message: 'The server rejected the request because too many requests have been received for this subscription.',
      details: [{ code: 'TooManyRequests', target: policy, message: JSON.stringify(details) }],
    });
  }

  /** Seconds until the bucket holds a token; it is refilled up to now. */
  #wait(key: string, { size, perSecond }: Bucket): number {
    const now = this.#clock.now();
    const level = this.#levels.get(key) ?? { tokens: size, at: now };
    const tokens = Math.min(size, level.tokens + ((now - level.at) / 1000) * perSecond);
    this.#levels.set(key, { tokens, at: now });
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
  }

  #draw(key: string): number {
    const level = this.#levels.get(key) ?? { tokens: 1, at: this.#clock.now() };
    level.tokens -= 1;
    return Math.floor(level.tokens);
  }
}

const tooMany = (waitSeconds: number, body: ConstructorParameters<typeof ArmError>[1]) =>
  new ArmError(429, body, { 'Retry-After': String(waitSeconds) });

function computePolicyOf({ method, target, path }: ArmRequest): string | undefined {
  if (/\/locations\/[^/]+\/operations\//i.test(path)) return 'GetOperation';
  if (!target.type.startsWith('Microsoft.Compute/virtualMachines')) return undefined;
  const onCommand = target.type.endsWith('/runCommands');
  if (method === 'GET') return target.name || onCommand ? 'LowCostGet' : 'HighCostGet';
  if (target.action?.toLowerCase() === 'retrievebootdiagnosticsdata') return 'LowCostGet';
  if (onCommand) return 'UpdateVM';
  if (method === 'DELETE' || target.action?.toLowerCase() === 'deallocate') return 'DeleteVM';
  return method === 'PUT' ? 'PutVM' : 'UpdateVM';
}

/** Run commands count for their virtual machine; an operation for itself. */
const resourceOf = ({ target, path }: ArmRequest) =>
  target.type.startsWith('Microsoft.Compute/virtualMachines')
    ? target.key.split('/').slice(0, 9).join('/')
    : path.toLowerCase();
