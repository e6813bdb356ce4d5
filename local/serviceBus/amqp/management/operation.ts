import type { SessionHolder } from '../../entity/sessions.ts';
import type { Entity } from '../../namespace.ts';
import type { Response } from '../requestLink.ts';

/** What an operation works on. */
export interface Call {
  entity: Entity;
  body: unknown;
  /** The receiver on whose behalf the request is made, where the client names one that is open. */
  holder: SessionHolder | undefined;
}

export type Operation = (call: Call) => Response;
