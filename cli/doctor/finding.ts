/** What one look at Azure told. `unknown`: Azure did not say, for instance for want of a right to look. */
export interface Finding {
  level: 'ok' | 'missing' | 'unknown';
  subject: string;
  message: string;
  /** What to do about it. */
  remedy?: string;
}

export const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });

export const missing = (subject: string, message: string, remedy: string): Finding => ({
  level: 'missing',
  subject,
  message,
  remedy,
});

export const unknown = (subject: string, message: string): Finding => ({ level: 'unknown', subject, message });
