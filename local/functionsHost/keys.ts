import { type HostRequest, header } from './http.ts';

export interface HostKeys {
  master: string;
  function: string;
  eventGrid: string;
}

/** Whether the request carries one of the keys, as `x-functions-key` or as `?code=`. */
export function hasKey(request: HostRequest, accepted: string[]): boolean {
  const key = header(request, 'x-functions-key') ?? request.url.searchParams.get('code');
  return key !== null && accepted.includes(key);
}
