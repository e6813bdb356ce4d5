import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type HostRequest, type HostResponse, jsonResponse } from './http.ts';
import { type HostKeys, hasKey } from './keys.ts';
import { hostVersion, type RegisteredFunction } from './loadApp.ts';

/** `/admin/…`: what the host says about itself, with the master key; and its ping, without. */
export function createAdminApi(options: {
  functions: RegisteredFunction[];
  keys: HostKeys;
  clock: Clock;
}): (request: HostRequest) => HostResponse {
  const { functions, keys, clock } = options;
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
    return found ? jsonResponse(200, describe(found)) : { status: 404 };
  };
}

function describe({ metadata }: RegisteredFunction): object {
  const bindings = Object.entries(metadata.bindings).map(([name, binding]) => ({ ...binding, name }));
  return { name: metadata.name, config: { name: metadata.name, bindings }, language: 'node', isDisabled: false };
}
