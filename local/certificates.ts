/** A certificate authority of this machine alone, so that every local endpoint speaks TLS that clients really check. */
import 'reflect-metadata';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface CertificateFiles {
  /** What a client is told to trust: NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, curl --cacert. */
  caFile: string;
  keyFile: string;
  certFile: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 24 * 60 * 60 * 1000;
const lifetimeDays = 397;
const renewDaysBefore = 30;
/** OpenSSL and Node accept no wildcard directly below a top-level name, so the services' own zones stand beside it. */
const names: JsonGeneralName[] = [
  ...['localhost', '*.localhost', '*.blob.localhost', '*.queue.localhost', '*.table.localhost'].map(dns),
  ...['*.servicebus.localhost', '*.vault.localhost', '*.azurewebsites.localhost'].map(dns),
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
];

/**
 * Makes the authority and a server certificate for loopback names, once, and reuses them while they are valid. The
 * authority's own private key is never written down: nobody can sign anything else that its users would trust.
 */
export async function ensureCertificates(folder: string): Promise<CertificateFiles> {
  const files = {
    caFile: join(folder, 'ca.pem'),
    keyFile: join(folder, 'server.key'),
    certFile: join(folder, 'server.pem'),
  };
  if (await usable(files)) return files;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { ca, key, certificate } = await makeCertificates();
  await Promise.all([
    replaceFile(files.caFile, ca, 0o644),
    replaceFile(files.keyFile, key, 0o600),
    replaceFile(files.certFile, certificate, 0o644),
  ]);
  return files;
}

async function usable({ caFile, keyFile, certFile }: CertificateFiles): Promise<boolean> {
  try {
    const [ca, key, certificate] = await Promise.all([caFile, keyFile, certFile].map((file) => readFile(file)));
    if (!ca || !key || !certificate) return false;
    const server = new X509Certificate(certificate);
    const remainingMs = Date.parse(server.validTo) - realNow();
    const signed = server.verify(new X509Certificate(ca).publicKey);
    return signed && server.checkPrivateKey(createPrivateKey(key)) && remainingMs > renewDaysBefore * dayMs;
  } catch {
    return false; // missing or damaged: made anew
  }
}

async function makeCertificates(): Promise<{ ca: string; key: string; certificate: string }> {
  const notBefore = new Date(realNow() - dayMs);
  const notAfter = new Date(realNow() + lifetimeDays * dayMs);
  const caKeys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const serverKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: `CN=Imprimatur local authority ${notBefore.toISOString().slice(0, 10)}`,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: caKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const server = await X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: ca.subject,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    ca: pem('CERTIFICATE', ca.rawData),
    key: pem('PRIVATE KEY', key),
    certificate: pem('CERTIFICATE', server.rawData),
  };
}

/** TLS libraries check validity against the machine's own clock, which compressed time does not reach. */
function realNow(): number {
  return performance.timeOrigin + performance.now();
}

function dns(value: string): JsonGeneralName {
  return { type: 'dns', value };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

async function replaceFile(file: string, content: string, mode: number): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content, { mode });
  await rename(draft, file);
}
