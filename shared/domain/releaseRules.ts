import { IANAZone } from 'luxon';
import * as z from 'zod';
import { normaliseRegion } from './imageVersion.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day such as 06:00');
const localTime = z
  .string()
  .regex(
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d)?$/,
    'a date such as 2026-12-20, or 2026-12-20T18:00',
  );

const ring = z.strictObject({
  regions: z.array(z.string().min(1)).default([]).describe('The last ring also takes every region that none names.'),
  soakHours: z.number().nonnegative().max(2_160).default(0).describe('Wait after this ring before the next.'),
});

const window = z
  .strictObject({
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .default([...weekdays])
      .describe('Days of the week on which the window opens.'),
    from: timeOfDay.describe('Time of day.'),
    to: timeOfDay.describe('Time of day, later than from; 24:00 is the end of the day.'),
  })
  .refine(({ from, to }) => from < to, 'from must be earlier than to: split a window that spans midnight in two');

const freeze = z
  .strictObject({
    from: localTime.describe('Date, or date and time.'),
    to: localTime.describe('Date, or date and time, with whose beginning the freeze ends.'),
    reason: z.string().min(1).describe('Shown to whoever waits.'),
  })
  .refine(({ from, to }) => from < to, 'from must be earlier than to');

const gates = z.strictObject({
  approval: z.enum(['none', 'required']).default('none').describe('By an operator, with a reason.'),
  teams: z
    .array(z.string().min(1).max(50))
    .max(20)
    .default([])
    .describe('Each of them has to approve or abstain; silence means no.'),
  answerHours: z.number().positive().max(720).default(24).describe('How long teams have to answer.'),
});

/** How a version that passed reaches the regions; read again at each write. Times of day and dates are of `timeZone`. */
export const releaseSchema = z.strictObject({
  rings: z
    .array(ring)
    .min(1)
    .max(50)
    .default([{ regions: [], soakHours: 0 }])
    .refine(
      (rings) => isUnique(rings.flatMap(({ regions }) => regions.map(normaliseRegion))),
      'a region is in two rings',
    )
    .describe('Ordered groups of regions; a ring is published when the one before it has soaked.'),
  lateRegions: z
    .enum(['leave', 'wait'])
    .default('leave')
    .describe('Whether a region that is not replicated in time holds the rings behind its own.'),
  shallowReplicas: z
    .enum(['leave', 'publish'])
    .default('leave')
    .describe('Whether versions that were replicated in shallow mode are left unpublished.'),
  timeZone: z
    .string()
    .refine((name) => IANAZone.isValidZone(name), 'a time zone of the IANA database, such as Europe/Berlin')
    .default('UTC')
    .describe('Of the IANA database, for times of day and dates below.'),
  windows: z.array(window).max(50).default([]).describe('When regions may be published; always where there is none.'),
  atMostOncePer: z.enum(['day', 'week', 'month']).exactOptional().describe('Calendar periods; weeks begin on Monday.'),
  freezes: z.array(freeze).max(100).default([]).describe('Nothing is published while one of them lasts.'),
  gates: gates.prefault({}),
});

export type ReleaseRules = z.infer<typeof releaseSchema>;

function isUnique(names: string[]): boolean {
  return new Set(names).size === names.length;
}
