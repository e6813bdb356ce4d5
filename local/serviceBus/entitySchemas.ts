import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { ruleSchema } from './filters/rule.ts';

const durationSchema = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch {
    context.addIssue({ code: 'custom', message: `not an ISO 8601 duration: '${text}'` });
    return z.NEVER;
  }
});

const given = {
  requiresSession: z.boolean().optional(),
  lockDuration: durationSchema.optional(),
  maxDeliveryCount: z.int().positive().optional(),
  defaultMessageTimeToLive: durationSchema.optional(),
  deadLetteringOnMessageExpiration: z.boolean().optional(),
  forwardTo: z.string().optional(),
  forwardDeadLetteredMessagesTo: z.string().optional(),
};

/** The service's own defaults. */
const receiving = {
  ...given,
  requiresSession: z.boolean().default(false),
  lockDuration: durationSchema.default(60_000),
  maxDeliveryCount: z.int().positive().default(10),
  deadLetteringOnMessageExpiration: z.boolean().default(false),
};

const sending = {
  requiresDuplicateDetection: z.boolean().default(false),
  duplicateDetectionHistoryTimeWindow: durationSchema.default(600_000),
};

const subscriptionSettingsSchema = z.strictObject({
  ...receiving,
  deadLetteringOnFilterEvaluationExceptions: z.boolean().default(true),
});

/** The entities of a namespace, with the property names and units of Azure Resource Manager. */
export const entitiesSchema = z.strictObject({
  queues: z.array(z.strictObject({ name: z.string().min(1), ...receiving, ...sending })),
  topics: z.array(
    z.strictObject({ name: z.string().min(1), defaultMessageTimeToLive: durationSchema.optional(), ...sending }),
  ),
  /** The settings of every team subscription. */
  teamSubscription: subscriptionSettingsSchema.prefault({}),
});

export const teamSubscriptionsSchema = z.array(
  z.strictObject({
    topic: z.string(),
    name: z.string().min(1).max(50),
    /** None given: everything passes. */
    rules: z.array(ruleSchema).optional(),
    /** What differs from the settings of team subscriptions in general. */
    settings: z
      .strictObject({ ...given, deadLetteringOnFilterEvaluationExceptions: z.boolean().optional() })
      .optional(),
  }),
);

export type Entities = z.input<typeof entitiesSchema>;
export type ParsedEntities = z.output<typeof entitiesSchema>;
export type TeamSubscriptions = z.input<typeof teamSubscriptionsSchema>;
export type ParsedTeamSubscription = z.output<typeof teamSubscriptionsSchema>[number];
