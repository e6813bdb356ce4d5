import * as z from 'zod';
import { sharedIds } from '../gallerySharing.ts';
import { outcomes, severities } from './announcement.ts';
import type { AnnouncementType, SubjectKind } from './announcementType.ts';
import { replacement } from './replacement.ts';

const common = {
  summary: z.string().describe('One line for people.'),
  severity: z
    .enum(severities)
    .describe('`critical`: somebody has to look now. `warning`: what was expected does not come.'),
  outcome: z.enum(outcomes).exactOptional().describe('What it says about the version, where it says something.'),
  actor: z.string().describe('Who caused it: an object id or app id of Entra ID, or `service`.'),
  cause: z.string().describe('Why: the event, command or instant that led to it.'),
  auditEntry: z
    .object({ log: z.string(), sequence: z.number().int().positive(), id: z.string() })
    .describe('The entry of the audit trail that it tells.'),
  repeated: z
    .object({ by: z.string(), reason: z.string() })
    .exactOptional()
    .describe('Where an operator has it sent to all teams once more: who, and why. The id is that of the first time.'),
};

const ofDefinition = {
  sharedIds: sharedIds
    .exactOptional()
    .describe('Beside the resource id, those by which consumers of a shared gallery name the version, or the image.'),
  imageDefinitionId: z.string().describe('Resource id of the image definition.'),
  gallery: z.string(),
  image: z.string(),
  links: z.object({ entries: z.string() }).describe('Paths below the address of the HTTP API.'),
};

const ofVersion = {
  ...ofDefinition,
  imageVersionId: z.string().describe('Resource id of the image version.'),
  version: z.string(),
  regions: z.array(z.string()).describe('The regions that it speaks of, as short names.'),
  osType: z.enum(['Linux', 'Windows']).exactOptional(),
  evidence: z
    .array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() }))
    .describe('Files of its smoke tests so far, in the container `evidence`.'),
};

const ofMoving = {
  replacements: z
    .array(replacement)
    .exactOptional()
    .describe('What to use instead, highest number first, where something happened after which one has to move.'),
};

const ofNamedVersion = {
  imageVersionId: z.string().exactOptional().describe('Of the version that it names, where it names one.'),
};

/** What every announcement of such a subject has in its `data`. */
export const commonMembers: Record<SubjectKind, z.ZodRawShape> = {
  imageVersion: { ...common, ...ofVersion, ...ofMoving },
  smokeTest: { ...common, ...ofVersion },
  imageDefinition: { ...common, ...ofDefinition, ...ofMoving, ...ofNamedVersion },
  instance: common,
  policy: common,
  team: common,
  audit: { ...common, digest: z.string().describe('Hash of the entry that holds the manifest.') },
};

/** The shape of `data`: the common members, and the details of this type. */
export function dataSchema({ subject, details }: AnnouncementType): z.ZodObject {
  return z.object({ ...commonMembers[subject], ...details.shape });
}
