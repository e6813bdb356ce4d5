import type { Entity } from '../namespace.ts';

export type Right = 'Send' | 'Listen' | 'Manage';

/** What the bearer of a token may do with an entity. */
export type Rights = (entity: Pick<Entity, 'path' | 'inbox' | 'queue'>, right: Right) => boolean;

export type Judgement = { rights: Rights } | { refused: string } | { unavailable: string };

/** Who may do what: by tokens, and without one. */
export interface Access {
  judge(token: string): Promise<Judgement>;
  /** Of a connection that has put no token. */
  withoutToken(encrypted: boolean): Rights;
}

export const everything: Rights = () => true;
export const nothing: Rights = () => false;
