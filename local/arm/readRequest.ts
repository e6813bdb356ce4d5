import { randomUUID } from 'node:crypto';
import type { Arm } from './arm.ts';
import { ArmError, invalidRequestContent } from './errors.ts';
import type { FaultFacts } from './faults.ts';
import { regionName } from './regions.ts';
import type { ArmRequest, Caller } from './request.ts';
import { parseTarget, type Target } from './resourceId.ts';

const apiVersionForm = /^\d{4}-\d{2}-\d{2}(-(alpha|beta|preview|privatepreview))?$/i;

/** The Azure CLI sends deployments as `{"properties": {…, template:{…}}}`, and Azure takes that. */
const unquotedTemplate = /^(\{"properties":\s*\{.*?,\s*)template:/s;

/** Reads a request and refuses what ARM refuses before any provider sees it. */
export async function readRequest(arm: Arm, raw: Request, caller: Caller): Promise<ArmRequest> {
  const url = new URL(raw.url);
  const target = parseTarget(url.pathname);
  const apiVersion = requireApiVersion(url);
  requireSubscription(arm, target);
  const body = await readBody(raw);
  const clientRequestId = raw.headers.get('x-ms-client-request-id');
  return {
    method: raw.method,
    path: decodeURIComponent(url.pathname),
    url,
    target,
    apiVersion,
    body,
    caller,
    correlationId: raw.headers.get('x-ms-correlation-request-id') ?? randomUUID(),
    ...(clientRequestId && { clientRequestId }),
    facts: factsOf(arm, raw.method, target, body, caller),
    at: arm.clock.now(),
  };
}

function requireApiVersion(url: URL): string {
  const apiVersion = url.searchParams.get('api-version');
  if (!apiVersion) {
    throw new ArmError(400, {
      code: 'MissingApiVersionParameter',
      message: 'The api-version query parameter (?api-version=) is required for all requests.',
    });
  }
  if (apiVersionForm.test(apiVersion)) return apiVersion;
  throw new ArmError(400, {
    code: 'InvalidApiVersionParameter',
    message: `The api-version '${apiVersion}' is invalid. The supported versions are in the form '2022-03-03'.`,
  });
}

function requireSubscription({ subscriptionId }: Arm, target: Target): void {
  if (!target.subscriptionId || target.subscriptionId.toLowerCase() === subscriptionId.toLowerCase()) return;
  throw new ArmError(404, {
    code: 'SubscriptionNotFound',
    message: `The subscription '${target.subscriptionId}' could not be found.`,
  });
}

async function readBody(raw: Request): Promise<unknown> {
  const text = await raw.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text.replace(unquotedTemplate, '$1"template":'));
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : String(error));
  }
}

/** What faults are matched with. Size and region come from the body, else from the resource that is there. */
export function factsOf(
  arm: Arm,
  method: string,
  { type, id, action }: Target,
  body: unknown,
  caller: Caller,
): FaultFacts {
  const stored = arm.resources.byId(id);
  const region = member(body, 'location') ?? stored?.location;
  const size = (source: unknown) => member(member(member(source, 'properties'), 'hardwareProfile'), 'vmSize');
  const vmSize = size(body) ?? size(stored);
  return {
    method,
    type,
    id,
    caller: caller.id,
    ...(action && { action }),
    ...(typeof region === 'string' && { region: regionName(region) }),
    ...(typeof vmSize === 'string' && { vmSize }),
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
