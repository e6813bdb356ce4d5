/**
 * An adapter could not do what it was asked. `code` is the service's own error code where it gave one; `retryable`
 * says whether the same call can succeed later without anybody doing anything.
 */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code: string;
  readonly retryable: boolean;
  /** Milliseconds that the service asked to wait, from Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: { code: string; retryable: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.retryable = details.retryable;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The app cannot start as it is configured; lists every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
