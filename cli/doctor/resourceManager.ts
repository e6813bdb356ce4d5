import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';

/** An answer of Azure Resource Manager. Neither 4xx nor 5xx throws: to the doctor they are findings. */
export interface Answer {
  status: number;
  body: unknown;
}

export type Ask = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<Answer>;

/** @param endpoint such as https://management.azure.com */
export function resourceManager(endpoint: string, credential: TokenCredential): Ask {
  const base = endpoint.replace(/\/+$/, '');
  return async (method, path, body) => {
    const token = await credential.getToken(`${base}/.default`);
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token?.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  };
}

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string().default('') }) });

/** What Azure said why not; undefined where it said nothing of the kind. */
export function refusalOf({ body }: Answer): { code: string; message: string } | undefined {
  return refusal.safeParse(body).data?.error;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
