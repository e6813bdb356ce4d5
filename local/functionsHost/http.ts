import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A request as the host passes it around: whole body, parsed address. */
export interface HostRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface HostResponse {
  status: number;
  headers?: [name: string, value: string][];
  body?: string | Uint8Array | Readable;
}

/** A JSON response. */
export function jsonResponse(status: number, value: unknown): HostResponse {
  return { status, headers: [['content-type', 'application/json; charset=utf-8']], body: JSON.stringify(value) };
}

/** The first value of a header, whatever its case. */
export function header({ headers }: HostRequest, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
