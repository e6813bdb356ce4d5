import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Clock } from '../../clock.ts';
import type { Access } from '../access/access.ts';
import { BrokerError } from '../errors.ts';
import type { RuleDescription } from '../filters/rule.ts';
import type { Namespace, TeamSubscription } from '../namespace.ts';
import { type AtomEntry, parseEntry, renderEntry, renderError, renderFeed } from './atom.ts';
import { readRule, writeRule } from './ruleDescription.ts';
import { readSubscription, writeSubscription } from './subscriptionDescription.ts';

interface Surroundings {
  namespace: Namespace;
  access: Access;
  clock: Clock;
  log: (line: string) => void;
}

const path = '/:topic/subscriptions';

/** The administration API: subscriptions of topics and their rules, as Atom over HTTP. */
export function administrationApp({ namespace, access, clock, log }: Surroundings): Hono {
  const app = new Hono({ getPath: ({ url }) => inLowerCase(new URL(url).pathname) });
  const now = () => clock.now();
  app.use('/*', async (context, next) => {
    const [, topic = '', , name] = context.req.path.split('/');
    await requireManage(access, context.req.header('authorization'), name ? `${topic}/Subscriptions/${name}` : topic);
    await next();
    if (context.req.method !== 'GET') log(`${context.req.method} ${context.req.path} → ${context.res.status}`);
  });
  app.get(path, (context) => {
    const all = namespace.subscriptionsOf(addressOf(context).topic);
    return feed(
      context,
      page(context, all).map((each) => subscriptionEntry(context, each, now())),
    );
  });
  app.get(`${path}/:name`, (context) => {
    const { topic, name } = addressOf(context);
    const found = namespace.subscription(topic, name);
    // The service answers with an empty feed where there is nothing.
    return found ? entry(context, subscriptionEntry(context, found, now())) : feed(context, []);
  });
  app.put(`${path}/:name`, async (context) => {
    const { topic, name } = addressOf(context);
    const known = namespace.subscription(topic, name);
    refuseMismatch(context, known !== undefined, `${topic}/Subscriptions/${name}`);
    const content = parseEntry(await context.req.text());
    const wanted = readSubscription(topic, name, content?.SubscriptionDescription);
    await requireSend(context.req.header('servicebussupplementaryauthorization'), wanted.settings?.forwardTo);
    namespace.putSubscription(wanted);
    return entry(context, subscriptionEntry(context, find(context), now()), known ? 200 : 201);
  });
  app.delete(`${path}/:name`, (context) => {
    namespace.removeSubscription(find(context));
    return context.body(null, 200);
  });
  const rules = `${path}/:name/rules`;
  app.get(rules, (context) => {
    const described = page(context, find(context).rules.list());
    return feed(
      context,
      described.map((rule) => ruleEntry(context, rule, now())),
    );
  });
  app.get(`${rules}/:rule`, (context) => {
    const rule = ruleNamed(find(context), context.req.param('rule'));
    return rule ? entry(context, ruleEntry(context, rule, now())) : feed(context, []);
  });
  app.put(`${rules}/:rule`, async (context) => {
    const { rules: set } = find(context);
    const name = context.req.param('rule');
    const known = ruleNamed({ rules: set }, name);
    refuseMismatch(context, known !== undefined, name);
    const content = parseEntry(await context.req.text());
    const rule = readRule(content?.RuleDescription, name);
    set.put(rule);
    return entry(context, ruleEntry(context, rule, now()), known ? 200 : 201);
  });
  app.delete(`${rules}/:rule`, (context) => {
    find(context).rules.remove(context.req.param('rule'));
    return context.body(null, 200);
  });
  app.notFound((context) => xml(context, renderError(404, `Nothing is at ${context.req.path}.`), 404));
  app.onError((error, context) => {
    if (!(error instanceof BrokerError)) log(`${context.req.method} ${context.req.path}: ${error.stack}`);
    const status = (error instanceof BrokerError ? error.statusCode : 500) as ContentfulStatusCode;
    return xml(context, renderError(status, error.message), status);
  });
  return app;

  /** Who lets messages go on into another entity has to have the right to send there. */
  async function requireSend(token: string | undefined, forwardTo: string | undefined): Promise<void> {
    if (forwardTo === undefined) return;
    const judged = await access.judge(token?.replace(/^Bearer /i, '') ?? '');
    if (!('rights' in judged) || !judged.rights(namespace.find(forwardTo), 'Send'))
      throw new BrokerError('amqp:unauthenticated', `Send claim is required to forward to '${forwardTo}'.`);
  }

  function find(context: Context): TeamSubscription {
    const { topic, name } = addressOf(context);
    const found = namespace.subscription(topic, name);
    if (found) return found;
    throw new BrokerError(
      'amqp:not-found',
      `The messaging entity '${topic}/Subscriptions/${name}' could not be found.`,
    );
  }
}

/** Segments that are not names come in any case. */
function inLowerCase(pathname: string): string {
  return pathname.replace(/\/+$/, '').replace(/\/(subscriptions|rules)(?=\/|$)/gi, (segment) => segment.toLowerCase());
}

async function requireManage(access: Access, authorization: string | undefined, entity: string): Promise<void> {
  if (!authorization)
    throw new BrokerError('amqp:unauthenticated', 'MissingToken: the authorization header is missing.');
  const judged = await access.judge(authorization.replace(/^Bearer /i, ''));
  if ('refused' in judged) throw new BrokerError('amqp:unauthenticated', `InvalidToken: ${judged.refused}`);
  if ('unavailable' in judged) throw new BrokerError('com.microsoft:server-busy', judged.unavailable);
  if (!judged.rights({ path: entity }, 'Manage'))
    throw new BrokerError(
      'amqp:unauthenticated',
      `Manage claim is required for this operation. Resource: '${entity}'.`,
    );
}

/** Without If-Match a PUT makes, with it it changes. */
function refuseMismatch(context: Context, exists: boolean, what: string): void {
  const change = context.req.header('if-match') !== undefined;
  if (change && !exists) throw new BrokerError('amqp:not-found', `The messaging entity '${what}' could not be found.`);
  if (!change && exists)
    throw new BrokerError('com.microsoft:entity-already-exists', `The messaging entity '${what}' already exists.`);
}

function addressOf(context: Context): { topic: string; name: string } {
  return { topic: context.req.param('topic') ?? '', name: context.req.param('name') ?? '' };
}

function ruleNamed({ rules }: Pick<TeamSubscription, 'rules'>, name: string): RuleDescription | undefined {
  return rules.list().find((rule) => rule.name.toLowerCase() === name.toLowerCase());
}

function page<T>(context: Context, all: T[]): T[] {
  const skip = Number(context.req.query('$skip') ?? 0);
  return all.slice(skip, skip + Number(context.req.query('$top') ?? 100));
}

function subscriptionEntry(context: Context, subscription: TeamSubscription, now: number): AtomEntry {
  const { topic, name } = subscription;
  return {
    id: `${new URL(context.req.url).origin}/${topic}/Subscriptions/${name}`,
    title: name,
    updated: now,
    content: { SubscriptionDescription: writeSubscription(subscription, now) },
  };
}

function ruleEntry(context: Context, rule: RuleDescription, now: number): AtomEntry {
  const { topic, name } = addressOf(context);
  return {
    id: `${new URL(context.req.url).origin}/${topic}/Subscriptions/${name}/Rules/${rule.name}`,
    title: rule.name,
    updated: now,
    content: { RuleDescription: writeRule(rule) },
  };
}

function entry(context: Context, shown: AtomEntry, status: ContentfulStatusCode = 200): Response {
  return xml(context, renderEntry(shown), status);
}

function feed(context: Context, entries: AtomEntry[]): Response {
  return xml(context, renderFeed(context.req.url, entries), 200);
}

function xml(context: Context, body: string, status: ContentfulStatusCode): Response {
  return context.body(body, status, { 'content-type': 'application/atom+xml;type=entry;charset=utf-8' });
}
