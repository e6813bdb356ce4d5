import type { Endpoints } from './endpoints.ts';
import { localCredential } from './localCredential.ts';

/** One call of local ARM for what arm-compute has no operation for; resolves with the answer's body. */
export async function callArm(endpoints: Endpoints, method: string, path: string, body?: object): Promise<unknown> {
  const token = await localCredential(endpoints, 'imageBuilder').getToken('https://management.azure.com/.default');
  const response = await fetch(`${endpoints.arm}${path}`, {
    method,
    headers: { authorization: `Bearer ${token?.token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
