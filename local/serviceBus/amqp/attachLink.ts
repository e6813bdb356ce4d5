import type { BrokerError } from '../errors.ts';
import { amqpError } from './answer.ts';
import type { RheaLink, Terminus } from './rheaInternals.ts';

/** Source or target as the client named it; null for what is none, as a transaction coordinator. */
export function terminusOf(link: RheaLink, end: 'source' | 'target'): Terminus | null {
  const terminus = link.remote.attach[end];
  return terminus && 'address' in terminus ? terminus : null;
}

/** Answers an attach with the ends and settle modes that the client asked for. */
export function acceptLink(link: RheaLink, properties?: Record<string, unknown>): void {
  const { local, remote } = link;
  local.attach.source ??= terminusOf(link, 'source')?.described() ?? null;
  local.attach.target ??= terminusOf(link, 'target')?.described() ?? null;
  local.attach.snd_settle_mode = remote.attach.snd_settle_mode ?? 2;
  local.attach.rcv_settle_mode = remote.attach.rcv_settle_mode ?? 0;
  if (properties) local.attach.properties = properties;
  link.attach();
}

/** Refuses an attach the way AMQP wants it: an attach without ends, then a detach with the reason. */
export function refuseLink(link: RheaLink, error: BrokerError): void {
  link.local.attach.source = null;
  link.local.attach.target = null;
  link.attach();
  link.close(amqpError(error));
}
