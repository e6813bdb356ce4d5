import type { AzureRequest } from './operations.ts';

export interface Answer {
  status: number;
  /** Id of the long-running operation that it names. */
  operationId?: string;
  isUnderWay: boolean;
}

/**
 * Whether Resource Manager is not yet as far as it was when it answered so in the record: it refuses, or has not found, what
 * it granted then, or is at work on what was done then. What the service did next, it did since it had seen the end of
 * that. What was at work then may have ended since, and be gone.
 */
export function isTooEarly(recorded: AzureRequest, { status, isUnderWay }: Answer): boolean {
  const isRead = recorded.method === 'GET';
  if (status === recorded.status) return isRead && isUnderWay && !recorded.isUnderWay;
  if (status === 404 && isRead && recorded.isUnderWay) return false;
  // 0: it may have been done, although nobody got the answer.
  const wasGranted = isRead ? recorded.status > 0 && recorded.status < 400 : recorded.status < 400;
  return wasGranted && (status === 404 || status === 409);
}
