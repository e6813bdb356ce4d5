import { IANAZone } from 'luxon';
import { z } from 'zod';
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
      .default([...weekdays]),
    from: timeOfDay,
    to: timeOfDay,
  })
  .refine(({ from, to }) => from < to, 'from must be earlier than to: split a window that spans midnight in two');

const freeze = z
  .strictObject({ from: localTime, to: localTime, reason: z.string().min(1) })
  .refine(({ from, to }) => from < to, 'from must be earlier than to');

const gates = z.strictObject({
  approval: z.enum(['none', 'required']).default('none').describe('By an operator, with a reason.'),
  teams: z
    .array(z.string().min(1).max(50))
    .max(20)
    .default([])
    .describe('Each of them has to approve or abstain; silence means no.'),
  answerHours: z.number().positive().max(720).default(24),
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
    ),
  lateRegions: z
    .enum(['leave', 'wait'])
    .default('leave')
    .describe('Whether a region that is not replicated in time holds the rings behind its own.'),
  shallowReplicas: z.enum(['leave', 'publish']).default('leave'),
  timeZone: z
    .string()
    .refine((name) => IANAZone.isValidZone(name), 'a time zone of the IANA database, such as Europe/Berlin')
    .default('UTC'),
  windows: z.array(window).max(50).default([]).describe('When regions may be published; always where there is none.'),
  atMostOncePer: z.enum(['day', 'week', 'month']).exactOptional().describe('Calendar periods; weeks begin on Monday.'),
  freezes: z.array(freeze).max(100).default([]),
  gates: gates.prefault({}),
});

export type ReleaseRules = z.infer<typeof releaseSchema>;

function isUnique(names: string[]): boolean {
  return new Set(names).size === names.length;
}
