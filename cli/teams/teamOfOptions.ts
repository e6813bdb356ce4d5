import { UsageError } from '../exitCodes.ts';

export interface TeamOptions {
  image?: string[];
  type?: string[];
  region?: string[];
  outcome?: string[];
  severity?: string[];
  os?: string[];
  sql?: string;
  principal?: string[];
  me?: boolean;
  webhook?: string;
  queue?: string;
}

const types = ['User', 'Group', 'ServicePrincipal'];

/** The body of a request, of what was given on the command line. */
export function teamOfOptions(options: TeamOptions, me: { objectId: string; type: string } | undefined): object {
  const { image: images, type, region: regions, outcome: outcomes, severity: severities, os, sql } = options;
  const lists = { images, types: type, regions, outcomes, severities, os };
  const given = Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined));
  if (sql !== undefined && Object.keys(given).length > 0)
    throw new UsageError('give either --sql, or the other filters: both together cannot be');
  const principals = [...(options.principal ?? []).map(parsePrincipal), ...(me ? [me] : [])];
  if (principals.length === 0) throw new UsageError('say who receives: --me, or --principal ID:TYPE');
  return { filter: sql === undefined ? given : { sql }, principals, ...deliveryOf(options) };
}

function deliveryOf({ webhook, queue }: TeamOptions): object {
  if (webhook !== undefined && queue !== undefined) throw new UsageError('give either --webhook or --queue');
  if (webhook !== undefined) return { delivery: { kind: 'webhook', url: webhook } };
  return queue === undefined ? {} : { delivery: { kind: 'storageQueue', url: queue } };
}

function parsePrincipal(text: string): { objectId: string; type: string } {
  const [objectId = '', type = 'User'] = text.split(':');
  if (!types.includes(type)) throw new UsageError(`${text}: the type is one of ${types.join(', ')}`);
  return { objectId, type };
}
