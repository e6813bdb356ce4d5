import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  /** The public half, as a key set for whoever checks tokens. */
  jwks: { keys: JWK[] };
}

/** Opens the key that signs tokens, made at first use; kept in a folder, so that tokens outlive a restart. */
export async function openSigningKey(folder: string): Promise<SigningKey> {
  const file = join(folder, 'token-signing-key.json');
  const jwk = (await read(file)) ?? (await make(folder, file));
  const privateKey = await importJWK(jwk, 'RS256');
  if (privateKey instanceof Uint8Array) throw new Error(`${file} holds no RSA key: delete it, a new one will be made`);
  const kid = await calculateJwkThumbprint(jwk);
  const { kty = 'RSA', n = '', e = '' } = jwk;
  return { kid, privateKey, jwks: { keys: [{ kty, n, e, kid, use: 'sig', alg: 'RS256' }] } };
}

async function read(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: delete it, a new one will be made`, { cause: error });
  }
}

async function make(folder: string, file: string): Promise<JWK> {
  await mkdir(folder, { recursive: true });
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  // Of two processes that make a key at the same time, the first to link wins and both use its key.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return JSON.parse(await readFile(file, 'utf8')) as JWK;
}
