import { RestError } from '@azure/storage-blob';

/** A blob that is not there; a container that is not there is a mistake in the deployment, and no answer. */
export function isMissingBlob(error: unknown): boolean {
  return hasCode(error, ['BlobNotFound']);
}

/** A conditional request whose condition does not hold any more. */
export function isRefusedCondition(error: unknown): boolean {
  return hasCode(error, [
    'ConditionNotMet',
    'AppendPositionConditionNotMet',
    'BlobAlreadyExists',
    'TargetConditionNotMet',
  ]);
}

/** What was asked for unless it is as it was, and is. */
export function isUnchanged(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 304;
}

export function hasCode(error: unknown, codes: string[]): boolean {
  return error instanceof RestError && error.code !== undefined && codes.includes(error.code);
}
