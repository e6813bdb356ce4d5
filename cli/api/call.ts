import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** Azure cuts an answer off after four minutes; nothing is heard of what takes longer. */
const longestSilenceMs = 300_000;

export interface Call {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * One HTTP request; the body of its response is read as it comes. Redirects are not followed. By the client that Node.js
 * has always had: `fetch` takes 17 MB more, and longer to load. Rejects where there is no response.
 */
export async function call(url: string, { method, headers, body }: Call): Promise<IncomingMessage> {
  // An import would load all that the module names, the WebSocket and with it the client behind `fetch`: 9 MB.
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  const sent = request(url, { method, headers, timeout: longestSilenceMs });
  sent.once('timeout', () => sent.destroy(new Error('nothing was heard for five minutes')));
  sent.end(body);
  const [response] = await once(sent, 'response');
  return response;
}
