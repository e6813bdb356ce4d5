import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CertificateFiles, ensureCertificates } from '../../local/certificates.ts';

let folder: string;
let files: CertificateFiles;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  files = await ensureCertificates(join(folder, 'certificates'));
  const tls = { key: await readFile(files.keyFile), cert: await readFile(files.certFile) };
  server = createServer(tls, (_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function available(command: string): Promise<boolean> {
  return execa(command, [command === 'openssl' ? 'version' : '--version']).then(
    () => true,
    () => false,
  );
}

describe('ensureCertificates', () => {
  it('keeps the private key from other users', async () => {
    expect((await stat(files.keyFile)).mode & 0o777).toBe(0o600);
  });

  it('reuses what is there', async () => {
    const before = await readFile(files.certFile, 'utf8');

    await ensureCertificates(join(folder, 'certificates'));

    expect(await readFile(files.certFile, 'utf8')).toBe(before);
  });

  it('makes everything anew when a file is damaged', async () => {
    const other = await ensureCertificates(join(folder, 'damaged'));
    const before = await readFile(other.caFile, 'utf8');
    await writeFile(other.certFile, 'not a certificate');

    await ensureCertificates(join(folder, 'damaged'));

    expect(await readFile(other.caFile, 'utf8')).not.toBe(before);
    expect(await readFile(other.certFile, 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  it.each(['127.0.0.1', 'localhost'])(
    'is trusted by a Node process that was given the authority, as %s',
    async (host) => {
      const script = `fetch('https://${host}:${port}/').then((r) => r.text()).then(console.log)`;

      const trusting = await execa(process.execPath, ['-e', script], { env: { NODE_EXTRA_CA_CERTS: files.caFile } });
      const stranger = await execa(process.execPath, ['-e', script], { reject: false });

      expect(trusting.stdout).toBe('hello');
      expect(stranger.exitCode).toBe(1);
    },
  );

  it('passes the strict verification of OpenSSL for every name', async ({ skip }) => {
    if (!(await available('openssl'))) skip('no openssl on this machine');
    const checks = [
      ['-verify_hostname', 'localhost'],
      ['-verify_hostname', 'account.blob.localhost'],
      ['-verify_ip', '127.0.0.1'],
      ['-verify_ip', '::1'],
    ];
    for (const check of checks) {
      const common = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', files.caFile];

      expect((await execa('openssl', [...common, ...check, files.certFile])).stdout).toContain(': OK');
    }
  });

  it('is accepted by curl', async ({ skip }) => {
    if (!(await available('curl'))) skip('no curl on this machine');

    expect((await execa('curl', ['-sS', '--cacert', files.caFile, `https://127.0.0.1:${port}/`])).stdout).toBe('hello');
  });

  it('is accepted by Python with strict checks', async ({ skip }) => {
    if (!(await available('python3'))) skip('no python3 on this machine');
    const script = `
import ssl, urllib.request
context = ssl.create_default_context(cafile='${files.caFile}')
context.verify_flags |= ssl.VERIFY_X509_STRICT
print(urllib.request.urlopen('https://127.0.0.1:${port}/', context=context).read().decode())`;

    expect((await execa('python3', ['-c', script], { env: { no_proxy: '*' } })).stdout).toBe('hello');
  });
});
