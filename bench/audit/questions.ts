import type { ImageDefinitionId } from '../../shared/domain/ids.ts';

/**
 * What an auditor asks. Each resolves with how many rows the answer has: who is compared must have found the same, and an
 * empty answer is fast, and no measure of anything.
 */
export interface AuditQuestions {
  stagesOfLife(definition: ImageDefinitionId, version: string): Promise<number>;
  latestAt(definition: ImageDefinitionId, instant: string): Promise<number>;
  imageOnDay(definition: ImageDefinitionId, day: string): Promise<number>;
  /** As newline-delimited JSON. */
  fleetOnDay(day: string): Promise<number>;
}
