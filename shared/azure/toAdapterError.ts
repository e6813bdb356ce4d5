import { AdapterError } from '../errors.ts';
import { readRetryAfter } from './readRetryAfter.ts';

export interface ErrorHints {
  /** Where a 409 can only mean that another write is in progress. */
  conflictPasses?: boolean;
}

/** Codes of a 409 that say "in progress, come again"; any other conflict needs a decision. */
const passingConflicts = ['AnotherOperationInProgress', 'Conflict', 'ConcurrentOperationInProgress', 'RetryableError'];

/** What waiting does not cure, of the codes of Service Bus; the SDK's own flag gives up on a broker that restarts. */
const lastingServiceBusCodes = [
  'MessagingEntityNotFound',
  'MessagingEntityDisabled',
  'MessagingEntityAlreadyExists',
  'MessageSizeExceeded',
  'UnauthorizedAccess',
];

/** Codes of Node itself for connections that could not be made or were cut. */
const systemError = /^(E[A-Z]+|ERR_STREAM_PREMATURE_CLOSE)$/;

/** Token endpoints fail with the platform, not with us: a refused token is never the last word on an image. */
const credentialErrors = [
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
];

interface Failure {
  name: string;
  message: string;
  code?: unknown;
  statusCode?: unknown;
  response?: { headers?: { get(name: string): string | undefined } };
}

/** The AdapterError for what an SDK threw; what is not a refusal of Azure, a defect, comes back as it is. */
export function toAdapterError(action: string, error: unknown, hints: ErrorHints = {}): unknown {
  if (!(error instanceof Error) || error instanceof AdapterError) return error;
  // Service Bus throws all its attempts together; the last one says how things stand.
  if (error instanceof AggregateError)
    return toAdapterError(action, error.errors.at(-1) ?? new Error(error.message), hints);
  const failure: Failure = error;
  const verdict = judge(failure, hints);
  if (!verdict) return error;
  const retryAfterMs = readRetryAfter(failure.response?.headers);
  const message = `${action}: ${verdict.code}: ${withoutQueries(failure.message)}`;
  return new AdapterError(message, { ...verdict, retryAfterMs, cause: withoutSecrets(failure) });
}

function judge(failure: Failure, hints: ErrorHints): { code: string; retryable: boolean } | undefined {
  if (failure.name === 'RestError') return judgeHttp(failure, hints);
  if (failure.name === 'AbortError') return { code: 'Timeout', retryable: true };
  if (credentialErrors.includes(failure.name)) return { code: failure.name, retryable: true };
  if (failure.name === 'ServiceBusError' || failure.name === 'MessagingError') {
    const code = typeof failure.code === 'string' ? failure.code : failure.name;
    return { code, retryable: !lastingServiceBusCodes.includes(code) };
  }
  if (typeof failure.code === 'string' && systemError.test(failure.code))
    return { code: failure.code, retryable: true };
  return undefined;
}

function judgeHttp({ code, statusCode }: Failure, { conflictPasses = false }: ErrorHints) {
  const named = typeof code === 'string' && code !== '';
  if (typeof statusCode !== 'number') return { code: named ? code : 'NetworkError', retryable: true };
  const known = named ? code : `Http${statusCode}`;
  const passes = statusCode === 409 && (conflictPasses || passingConflicts.includes(known));
  const cut = known === 'PARSE_ERROR'; // an answer that ends in the middle
  const retryable = statusCode === 408 || statusCode === 429 || statusCode >= 500 || passes || cut;
  return { code: known, retryable };
}

/**
 * What may be logged of an SDK's error. The error itself carries the request, and with it a token in a header or a
 * signature in the URL; loggers that walk into a cause would show both.
 */
function withoutSecrets({ name, message, stack, code, statusCode, response }: Failure & { stack?: string }): Error {
  const requestId = response?.headers?.get('x-ms-request-id');
  const cause = new Error(withoutQueries(message));
  cause.name = name;
  cause.stack = withoutQueries(stack ?? '');
  return Object.assign(cause, code !== undefined && { code }, statusCode !== undefined && { statusCode, requestId });
}

/** URLs in messages lose their query: it may carry a shared access signature. */
function withoutQueries(message: string): string {
  return message.replaceAll(/(https?:\/\/[^\s?"']+)\?[^\s"']*/g, '$1').slice(0, 2_000);
}
