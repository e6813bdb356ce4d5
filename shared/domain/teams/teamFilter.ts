import * as z from 'zod';
import { outcomes, severities } from '../announcements/announcement.ts';
import { catalogue } from '../announcements/catalogue.ts';

const few = 25;
const list = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(few).exactOptional();
const names = catalogue.map(({ name }) => name);

/** `image` or `gallery/image`; an asterisk stands for any text. */
const imagePattern = z
  .string()
  .max(161)
  .regex(/^[\w.*-]+(\/[\w.*-]+)?$/, 'must be IMAGE or GALLERY/IMAGE, where * stands for any text');
const region = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+$/, 'must be the short name of a region, such as westeurope');
const typeName = z.string().refine((name) => names.includes(name), {
  error: ({ input }) => `is no type of announcement: ${String(input).slice(0, 80)}; the types are ${names.join(', ')}`,
});

const byLists = z.strictObject({
  images: list(imagePattern),
  types: list(typeName),
  /** Announcements that speak of no region pass too. */
  regions: list(region),
  outcomes: list(z.enum(outcomes)),
  severities: list(z.enum(severities)),
  os: list(z.enum(['linux', 'windows'])),
});
const bySql = z.strictObject({ sql: z.string().min(1).max(900) });

/** Which announcements a team wants: each list narrows down; or a SQL filter on the message properties. */
export const teamFilter = z.union([byLists, bySql], {
  error: 'give lists (images, types, regions, outcomes, severities, os), or sql; not both, and nothing else',
});
export type TeamFilter = z.infer<typeof teamFilter>;

/** Service Bus takes no longer one. */
const longestSql = 1024;

export type CompiledFilter = { kind: 'sql'; sql: string } | { kind: 'invalid'; reason: string };

/**
 * The SQL filter of a team's rule. What is sent to one team alone, a test or a replay, carries its name in the property
 * `team` and passes no other team's filter. What `ownFilter` lets pass does not pass here: each message once.
 */
export function compileFilter(team: string, filter: TeamFilter): CompiledFilter {
  const wanted = 'sql' in filter ? filter.sql : conditionsOf(filter);
  if ('sql' in filter && !isBalanced(filter.sql))
    return { kind: 'invalid', reason: 'the brackets or quotes of the SQL filter do not close what they open' };
  const sql = `(${wanted}) AND (team IS NULL OR team = '${team}' AND NOT type LIKE 'imprimatur.team.%')`;
  if (sql.length <= longestSql) return { kind: 'sql', sql };
  const reason = `the filter is ${sql.length} characters long as SQL, and Service Bus takes ${longestSql}: shorten it, for example with an asterisk in place of many images`;
  return { kind: 'invalid', reason };
}

/** What passes whatever the team wants to hear. */
export function ownFilter(team: string): string {
  return `team = '${team}' AND type LIKE 'imprimatur.team.%'`;
}

function conditionsOf({ images, types, regions, outcomes: wanted, severities, os }: z.infer<typeof byLists>): string {
  const conditions = [
    images && any(images.map(imageCondition)),
    types && `type IN (${types.map((name) => text(typeOf(name))).join(', ')})`,
    regions && any([`regions = ''`, ...regions.map((name) => `regions LIKE '%,${name},%'`)]),
    wanted && `outcome IN (${wanted.map(text).join(', ')})`,
    severities && `severity IN (${severities.map(text).join(', ')})`,
    os && `os IN (${os.map(text).join(', ')})`,
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? '1 = 1' : conditions.join(' AND ');
}

function imageCondition(pattern: string): string {
  const [first = '', second] = pattern.toLowerCase().split('/');
  if (second === undefined) return matches('image', first);
  return `(${matches('gallery', first)} AND ${matches('image', second)})`;
}

/** `_` is a wildcard of LIKE, and common in names. */
function matches(property: string, pattern: string): string {
  if (!pattern.includes('*')) return `${property} = ${text(pattern)}`;
  const escaped = pattern.replaceAll('_', '!_').replaceAll('*', '%');
  return `${property} LIKE ${text(escaped)}${escaped.includes('!') ? " ESCAPE '!'" : ''}`;
}

function typeOf(name: string): string {
  return catalogue.find((type) => type.name === name)?.type ?? name;
}

const any = (conditions: string[]) => (conditions.length === 1 ? conditions[0] : `(${conditions.join(' OR ')})`);

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Otherwise what stands around the filter could be closed from within. */
function isBalanced(sql: string): boolean {
  let depth = 0;
  const outside = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]]*\]/g, '');
  for (const character of outside) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (`'"[]`.includes(character) || outside.includes('--')) return false;
    if (depth < 0) return false;
  }
  return depth === 0;
}
