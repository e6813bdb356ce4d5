import { z } from 'zod';

/** Somebody who can get tokens: an application, a person, or the managed identity of the app itself. */
export const principalSchema = z.strictObject({
  name: z.string().min(1),
  clientId: z.string().min(1),
  objectId: z.string().min(1),
  roles: z.array(z.string()).default([]),
  /** How the app carries this identity; an identity without it has no place at the managed-identity endpoint. */
  managedIdentity: z.enum(['systemAssigned', 'userAssigned']).optional(),
});

export type Principal = z.output<typeof principalSchema>;
