import * as z from 'zod';
import { answerEvidence, fact, regions } from './factShapes.ts';

const version = z.string();
const reason = z.string();
const ticket = z.string();

/** What an operator or a team asks of an image definition. The id of the entry is the id of the request. */
export const requestFacts = [
  /** Publish it, again or after all: after a rollback, a veto or a quarantine by hand, or seen first in a quieter mode. */
  fact('publishRequested', { version, reason }),
  fact('answerRequested', {
    version,
    answer: z.enum(['approve', 'veto', 'abstain']),
    reason,
    /** Whose answer it is; without it, the operator's own. */
    team: z.string().exactOptional(),
    evidence: answerEvidence.exactOptional(),
  }),
  /** Take everything above `version` out of latest, and pin the definition to it until it is resumed. */
  fact('rollbackRequested', { version, reason, regions: regions.exactOptional() }),
  fact('quarantineRequested', { version, reason }),
  fact('liftRequested', { version, reason }),
  fact('expediteRequested', { version, reason, ticket }),
  fact('overrideRequested', { version, reason, ticket }),
  /** Test it once more; the verdict counts. */
  fact('retestRequested', { version, reason }),
  /** Take a failure back that had no cause in the image; asked by the service itself, for one incarnation. */
  fact('reopenRequested', { version, incarnation: z.string(), reason }),
  /** Test a version that was adopted, as it is; if it passes, it is looked after like any other. */
  fact('takeInRequested', { version, reason }),
  /** Send what was announced of it to the teams once more. */
  fact('announceRequested', { version, reason }),
  fact('pauseRequested', { reason }),
  fact('resumeRequested', { reason }),
] as const;

/** What became of them. */
export const requestOutcomes = [
  fact('requestDone', { request: z.string(), outcome: z.enum(['accepted', 'refused']), reason }),
  fact('pinned', { version, regions, reason }),
  fact('paused', { reason }),
  /** Ends a pause and all pins. */
  fact('resumed', { reason }),
] as const;
