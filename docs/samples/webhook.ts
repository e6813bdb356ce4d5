import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.IMPRIMATUR_SECRET ?? '');
const seen = new Set<string>();

/** For any server that hands on requests as Fetch has them: a Function App, Hono, Deno, a Worker. */
export async function receive(request: Request): Promise<Response> {
  const origin = request.headers.get('webhook-request-origin');
  if (request.method === 'OPTIONS') return new Response(null, { headers: { 'webhook-allowed-origin': origin ?? '' } });
  const body = await request.text();
  webhook.verify(body, Object.fromEntries(request.headers)); // throws where the signature is not of this secret
  const event = JSON.parse(body);
  // The same id may come again: do the work so that twice is as good as once.
  if (!seen.has(event.id)) console.log(event.id, event.type, event.data.summary);
  seen.add(event.id);
  return new Response(null, { status: 204 });
}
