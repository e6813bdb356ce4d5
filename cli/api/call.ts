import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';

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
export async function call(url: string, { method, headers, body }: Call): Promise<http.IncomingMessage> {
  const { request } = url.startsWith('https:') ? https : http;
  const sent = request(url, { method, headers, timeout: longestSilenceMs });
  sent.once('timeout', () => sent.destroy(new Error('nothing was heard for five minutes')));
  sent.end(body);
  const [response] = await once(sent, 'response');
  return response;
}
