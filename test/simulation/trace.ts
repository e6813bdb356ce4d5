import { definitionKey, definitionResourceId } from '../../shared/domain/ids.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { definitions } from './definitions.ts';
import type { Happening } from './happening.ts';
import type { Task } from './scheduler.ts';

const names = definitions.flatMap((definition): [string, string][] => [
  [definitionKey(definition), definition.image],
  [`${definitionResourceId(definition)}/versions/`, ''],
]);

/** What a seed did, line by line, for whoever has to find out why it failed. */
export class Trace {
  readonly lines: string[] = [];

  line(at: Instant, text: string): void {
    this.lines.push(`${at.slice(11, 23)}  ${names.reduce((said, [key, name]) => said.replaceAll(key, name), text)}`);
  }

  happening(at: Instant, { atMs: _, kind, ...more }: Happening): void {
    const said = Object.entries(more).map(([name, value]) => `${name}=${brief(value)}`);
    this.line(at, `·  ${kind} ${said.join(' ')}`);
  }

  call(at: Instant, { name, worker }: Task, call: string, args: unknown[], fault: string | undefined): void {
    const isRead = /\.(read|list|get|look)/.test(call);
    if (isRead && fault === undefined) return;
    if (/^(auditIndex|announcements|evidence)\.|wakeUps\.send$/.test(call) && fault === undefined) return;
    const what = call === 'auditLogs.append' ? factsOf(args) : args.map(brief).join(' ');
    this.line(at, `${worker.name}  ${name}: ${call} ${what}${fault ? `  ← ${fault}` : ''}`);
  }

  threw(at: Instant, { name, worker }: Task, error: unknown): void {
    this.line(at, `${worker.name}  ${name}: throws ${error instanceof Error ? error.message : String(error)}`);
  }
}

function factsOf([log, entries]: unknown[]): string {
  const facts = (entries as { fact: { type: string } }[]).map(
    ({ fact: { type, ...more } }) => `${type} ${brief(more)}`,
  );
  return `${String(log)} ${facts.join(', ')}`;
}

function brief(value: unknown): string {
  if (value !== null && typeof value === 'object' && 'image' in value) return String(value.image);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
