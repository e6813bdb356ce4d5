import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type HostRequest, type HostResponse, jsonResponse } from './http.ts';
import type { Invoker } from './invoke.ts';
import { type HostKeys, hasKey } from './keys.ts';
import { hostVersion, type RegisteredFunction } from './loadApp.ts';

/** As the host hands it to a timer that nobody scheduled. */
const timerInput = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false });

/** `/admin/…`: what the host says about itself, and timers run at once, with the master key; its ping without. */
export function createAdminApi(options: {
  functions: RegisteredFunction[];
  keys: HostKeys;
  clock: Clock;
  invoker: Invoker;
}): (request: HostRequest) => HostResponse {
  const { functions, keys, clock, invoker } = options;
  const id = randomUUID();
  const startedAt = clock.now();

  return (request) => {
    const path = request.url.pathname.toLowerCase().replace(/\/$/, '');
    if (path === '/admin/host/ping') return { status: 200 };
    if (!hasKey(request, [keys.master])) return { status: 401 };
    if (path === '/admin/host/status') {
      return jsonResponse(200, { id, state: 'Running', version: hostVersion, processUptime: clock.now() - startedAt });
    }
    if (path === '/admin/host/systemkeys/eventgrid_extension') {
      return jsonResponse(200, { name: 'eventgrid_extension', value: keys.eventGrid });
    }
    if (path === '/admin/functions') return jsonResponse(200, functions.map(describe));
    const found = functions.find(({ metadata }) => path === `/admin/functions/${metadata.name.toLowerCase()}`);
    if (!found) return { status: 404 };
    if (request.method !== 'POST') return jsonResponse(200, describe(found));
    if (found.trigger.type !== 'timerTrigger') return { status: 501, body: 'only timers can be run by hand here' };
    const reason = 'This function was programmatically called via the host APIs.';
    // Nobody waits for it; the invoker logs how it ends.
    void invoker.invoke(found, { reason, input: { json: timerInput } }).catch(() => undefined);
    return { status: 202 };
  };
}

function describe({ metadata }: RegisteredFunction): object {
  const bindings = Object.entries(metadata.bindings).map(([name, binding]) => ({ ...binding, name }));
  return { name: metadata.name, config: { name: metadata.name, bindings }, language: 'node', isDisabled: false };
}
