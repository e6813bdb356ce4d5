import { z } from 'zod';
import { askService } from './askService.ts';
import type { Endpoints } from './endpoints.ts';
import { localCredential } from './localCredential.ts';
import { apiAudience } from './names.ts';

const plan = z.object({ outcome: z.string(), reason: z.string(), text: z.array(z.string()) });
const accepted = z.object({ request: z.string(), location: z.string() });

/** The service's HTTP API, signed in as an operator. */
export function operatorClient(endpoints: Endpoints) {
  const credential = localCredential(endpoints, 'operator');
  async function post<T>(path: string, body: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> {
    const token = await credential.getToken(`${apiAudience}/.default`);
    const response = await askService(`${endpoints.functions}/api/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token?.token}`,
        'content-type': 'application/json',
        // A try whose answer got lost is not a second request.
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST /api/${path}: ${response.status} ${await response.text()}`);
    return schema.parse(await response.json());
  }
  return {
    plan: (request: Record<string, unknown>) => post('plans', request, plan),
    request: (request: Record<string, unknown>) => post('requests', request, accepted),
  };
}
