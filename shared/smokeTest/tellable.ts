import type { CheckResult } from '../domain/facts.ts';
import type { EvidenceDraft } from './evidenceDraft.ts';
import { scrub } from './scrub.ts';

/**
 * What a guest or Azure wrote, fit for the audit trail, for teams and for a terminal: nothing that gives access, nothing
 * that steers a screen.
 */
export function tellable(text: string): string {
  return scrub(text)
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, '·');
}

export function tellableDraft(draft: EvidenceDraft): EvidenceDraft {
  const { reason, checks, warnings } = draft;
  return {
    ...draft,
    reason: tellable(reason),
    checks: checks.map(tellableResult),
    ...(warnings && { warnings: warnings.map(tellable) }),
  };
}

export function tellableResult(result: CheckResult): CheckResult {
  return { ...result, ...(result.detail !== undefined && { detail: tellable(result.detail) }) };
}
