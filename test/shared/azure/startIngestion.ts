import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { CertificateFiles } from '../../../local/certificates.ts';

/** One item of telemetry, as Application Insights takes it. */
export interface Envelope {
  name: string;
  tags: Record<string, string>;
  data: {
    baseType: string;
    baseData: {
      id?: string;
      name: string;
      success?: boolean;
      type?: string;
      target?: string;
      properties: Record<string, string>;
      metrics?: { name: string; value: number; count?: number }[];
    };
  };
}

export interface Ingestion {
  connectionString: string;
  received: { authorization: string | undefined; envelopes: Envelope[] }[];
  /** What belongs to a trace; the exporter also tells what it knows of the machine. */
  spans(): Envelope[];
  stop(): void;
}

/** What Application Insights is to an exporter: it takes everything, and asks for a token. */
export async function startIngestion({ keyFile, certFile }: CertificateFiles): Promise<Ingestion> {
  const received: Ingestion['received'] = [];
  const server = createServer(
    { key: readFileSync(keyFile), cert: readFileSync(certFile) },
    async (request, response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of request) chunks.push(chunk);
      } catch {
        return; // an exporter whose process ends breaks off in the middle
      }
      const bytes = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      const envelopes: Envelope[] = text.trim().startsWith('[')
        ? JSON.parse(text)
        : text.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
      received.push({ authorization: request.headers.authorization, envelopes });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ itemsReceived: envelopes.length, itemsAccepted: envelopes.length, errors: [] }));
    },
  );
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  const endpoint = `https://localhost:${(server.address() as AddressInfo).port}/`;
  return {
    connectionString: `InstrumentationKey=11111111-1111-1111-1111-111111111111;IngestionEndpoint=${endpoint}`,
    received,
    spans: () => received.flatMap(({ envelopes }) => envelopes).filter(({ tags }) => 'ai.operation.id' in tags),
    stop: () => void server.close(),
  };
}
