import type { z } from 'zod';
import { invalidRequestContent } from './errors.ts';
import type { FaultFacts } from './faults.ts';
import { withoutNulls } from './json.ts';
import type { Target } from './resourceId.ts';
import type { SystemData } from './resources.ts';

/** Who calls, as the token says. */
export interface Caller {
  /** Object id, else application id: what createdBy shows. */
  id: string;
  type: 'Application' | 'User';
  claims: Record<string, string>;
}

/** One authenticated request, parsed. */
export interface ArmRequest {
  method: string;
  /** As sent; `target` is what it means. */
  path: string;
  url: URL;
  target: Target;
  apiVersion: string;
  body: unknown;
  caller: Caller;
  correlationId: string;
  clientRequestId?: string;
  facts: FaultFacts;
  /** When it arrived, epoch ms. */
  at: number;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler = (request: ArmRequest) => Reply;

/** A handler at a path below /subscriptions/:s; paths are matched lower-cased. */
export interface Route {
  /** A GET is asked for HEAD too. */
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  path: string;
  handle: Handler;
}

/** The body as `schema` reads it; nulls count as unset. */
export function parseBody<S extends z.ZodType>(request: ArmRequest, schema: S): z.output<S> {
  const result = schema.safeParse(withoutNulls(request.body ?? {}));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidRequestContent(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** ARM's form of an instant. */
export const instant = (ms: number) => new Date(ms).toISOString().replace('Z', '0000+00:00');

export function systemData(request: ArmRequest, before?: SystemData): SystemData {
  const modified = {
    lastModifiedBy: request.caller.id,
    lastModifiedByType: request.caller.type,
    lastModifiedAt: instant(request.at),
  };
  if (before) return { ...before, ...modified };
  return {
    createdBy: request.caller.id,
    createdByType: request.caller.type,
    createdAt: instant(request.at),
    ...modified,
  };
}
