import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { invalidParameter, operationNotAllowed } from '../errors.ts';
import type { ArmRequest, Reply } from '../request.ts';
import { virtualMachines } from './virtualMachineTypes.ts';

const kinds = ['screenshot.bmp', 'serialconsole.log'] as const;

/** Links to the console's log and picture that need no token: whoever has one may read until it expires. */
export class BootDiagnostics {
  readonly #arm: Arm;
  readonly #key = randomBytes(32);

  constructor(arm: Arm) {
    this.#arm = arm;
  }

  retrieve(request: ArmRequest): Reply {
    const { target, url } = request;
    const vm = this.#arm.resources.get(virtualMachines, target);
    if (!vm.properties.diagnosticsProfile?.bootDiagnostics?.enabled) {
      throw operationNotAllowed(`Boot diagnostics is not enabled on VM '${vm.name}'.`);
    }
    const minutes = Number(url.searchParams.get('sasUriExpirationTimeInMinutes') ?? 120);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440) {
      throw invalidParameter('sasUriExpirationTimeInMinutes', 'The value must be between 1 and 1440 minutes.');
    }
    this.#arm.events.raise(causeOf(request, 'retrieveBootDiagnosticsData/action', true));
    const expiry = new Date(this.#arm.clock.now() + minutes * 60_000).toISOString();
    const [screenshot, log] = kinds.map((kind) => this.#link(url.origin, vm.id, kind, expiry));
    return { status: 200, body: { consoleScreenshotBlobUri: screenshot, serialConsoleLogBlobUri: log } };
  }

  /** The blobs behind the links. */
  routes(): Hono {
    return new Hono().get('/:vm/:blob', (c) => {
      const { se = '', sig = '' } = c.req.query();
      const { vm: encoded = '', blob = '' } = c.req.param();
      const vmId = Buffer.from(encoded, 'base64url').toString();
      const kind = kinds.find((known) => blob.endsWith(`.${known}`));
      const expected = this.#sign(vmId, kind ?? '', se);
      const genuine = sig.length === expected.length && timingSafeEqual(Buffer.from(sig), Buffer.from(expected));
      if (!kind || !genuine || !(Date.parse(se) > this.#arm.clock.now())) {
        return c.body(storageError('AuthenticationFailed'), 403, { 'content-type': 'application/xml' });
      }
      const machine = this.#arm.machines.find(vmId);
      if (!machine) return c.body(storageError('BlobNotFound'), 404, { 'content-type': 'application/xml' });
      const content = kind === 'serialconsole.log' ? Buffer.from(machine.serialLog()) : Buffer.from(blackPicture());
      return c.body(content, 200, this.#headersOf(kind, content));
    });
  }

  /** What Blob Storage says of any blob; its SDKs refuse an answer without. */
  #headersOf(kind: (typeof kinds)[number], content: Buffer): Record<string, string> {
    return {
      'content-type': kind === 'serialconsole.log' ? 'text/plain' : 'image/bmp',
      etag: `"0x${createHash('sha256').update(content).digest('hex').slice(0, 15).toUpperCase()}"`,
      'last-modified': new Date(this.#arm.clock.now()).toUTCString(),
      'x-ms-blob-type': 'PageBlob',
      'x-ms-version': '2021-08-06',
      'x-ms-request-id': randomUUID(),
    };
  }

  #link(origin: string, vmId: string, kind: string, expiry: string): string {
    const name = vmId.slice(vmId.lastIndexOf('/') + 1);
    const link = new URL(`/local/bootdiagnostics/${Buffer.from(vmId).toString('base64url')}/${name}.${kind}`, origin);
    link.search = new URLSearchParams({
      sv: '2021-08-06',
      sr: 'b',
      sp: 'r',
      se: expiry,
      sig: this.#sign(vmId, kind, expiry),
    }).toString();
    return link.href;
  }

  #sign(vmId: string, kind: string, expiry: string): string {
    return createHmac('sha256', this.#key).update(`${vmId}\n${kind}\n${expiry}`).digest('base64');
  }
}

const storageError = (code: string) => `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`;

/** One black pixel: the smallest bitmap there is. */
function blackPicture(): ArrayBuffer {
  const size = 58;
  const view = new DataView(new ArrayBuffer(size));
  view.setUint16(0, 0x424d);
  view.setUint32(2, size, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 1, true);
  view.setInt32(22, 1, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return view.buffer;
}
