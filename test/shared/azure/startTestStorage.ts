import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { CertificateFiles } from '../../../local/certificates.ts';

/** Azurite in memory, over https, taking tokens: the account that storage adapters are tested against. */
export async function startTestStorage({ certFile, keyFile }: CertificateFiles) {
  const program = new URL('../../../node_modules/azurite/dist/src/blob/main.js', import.meta.url).pathname;
  const server = execa(process.execPath, [
    ...[program, '--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence', '--skipApiVersionCheck'],
    ...['--oauth', 'basic', '--cert', certFile, '--key', keyFile, '--disableTelemetry'],
  ]);
  server.catch(() => {}); // it is ended by a signal
  for await (const line of createInterface({ input: server.stdout })) {
    const [, url] = /successfully listens on (https:\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    server.stdout.resume(); // requests are logged, and nobody reads it
    const stop = async () => {
      server.kill('SIGTERM');
      await server.catch(() => {});
    };
    return { blobServiceUri: `${url}/devstoreaccount1`, stop };
  }
  throw new Error('Azurite did not start');
}
