import { z } from 'zod';

/** A record of the day index, as a report has it. */
export const reportRecord = z.looseObject({
  id: z.string(),
  at: z.string(),
  log: z.string(),
  type: z.string(),
  actor: z.string(),
  summary: z.string(),
});
export type ReportRecord = z.infer<typeof reportRecord>;
