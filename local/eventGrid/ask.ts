import type { Clock } from '../clock.ts';
import type { Failure } from './retrySchedule.ts';

export interface Request {
  url: string;
  method: 'POST' | 'OPTIONS';
  headers: Record<string, string>;
  body?: string;
}

export type Answer =
  | { answered: true; status: number; headers: Headers; text: string }
  | ({ answered: false } & Failure);

const responseWindowMs = 30_000;

/** Asks an endpoint and waits for its answer as long as Event Grid does; follows no redirection. */
export async function ask({ url, ...request }: Request, clock: Clock, stopped: AbortSignal): Promise<Answer> {
  const late = new AbortController();
  const cancel = clock.after(responseWindowMs, () => late.abort());
  try {
    const signal = AbortSignal.any([late.signal, stopped]);
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    return { answered: true, status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    if (late.signal.aborted) return { answered: false, outcome: 'TimedOut' };
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return {
      answered: false,
      outcome: code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'ResolutionError' : 'SocketError',
    };
  } finally {
    cancel();
  }
}

const outcomes: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'TimedOut',
  413: 'PayloadTooLarge',
};

/** Undefined for success: 200 to 204 and nothing else. */
export function failureOf(answer: Answer): Failure | undefined {
  if (!answer.answered) return answer;
  if (answer.status >= 200 && answer.status <= 204) return undefined;
  return { status: answer.status, outcome: outcomes[answer.status] ?? 'Busy' };
}
