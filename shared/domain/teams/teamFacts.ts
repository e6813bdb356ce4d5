import * as z from 'zod';

/** As it was written: a limit or a default of later code in here would change the hash of old entries. */
const filter = z.union([
  z.strictObject({ sql: z.string() }),
  z.strictObject({
    images: z.array(z.string()).exactOptional(),
    types: z.array(z.string()).exactOptional(),
    regions: z.array(z.string()).exactOptional(),
    outcomes: z.array(z.enum(['passed', 'failed', 'inconclusive'])).exactOptional(),
    severities: z.array(z.enum(['info', 'warning', 'critical'])).exactOptional(),
    os: z.array(z.enum(['linux', 'windows'])).exactOptional(),
  }),
]);
const delivery = z.object({ kind: z.enum(['webhook', 'storageQueue']), url: z.string() });
const principals = z.array(z.object({ objectId: z.string(), type: z.enum(['User', 'Group', 'ServicePrincipal']) }));

/** What can happen to a team: its log is at once its settings and their history. */
export const teamFact = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('teamRequested'),
    team: z.string(),
    filter,
    principals,
    delivery: delivery.exactOptional(),
  }),
  /** `commands`: what somebody else has to run, since the service may not assign roles itself. */
  z.object({
    type: z.literal('teamApplied'),
    granted: z.array(z.string()),
    commands: z.array(z.string()),
    /** As the server of its webhook allows. */
    callsAMinute: z.number().int().positive().exactOptional(),
  }),
  z.object({ type: z.literal('teamRefused'), reason: z.string() }),
  z.object({ type: z.literal('teamRemovalRequested'), team: z.string() }),
  z.object({ type: z.literal('teamRemoved'), commands: z.array(z.string()) }),
  z.object({ type: z.literal('teamTestSent'), message: z.string() }),
  /** A new secret signs the calls of its webhook; it is in Key Vault, and nowhere else. */
  z.object({ type: z.literal('webhookSecretMade') }),
  /** The id is that of the announcement. */
  z.object({ type: z.literal('deadLetterReplayed'), announcement: z.string() }),
  z.object({ type: z.literal('deadLetterDropped'), announcement: z.string() }),
  z.object({ type: z.literal('replayRequested'), since: z.iso.datetime() }),
]);
export type TeamFact = z.infer<typeof teamFact>;
