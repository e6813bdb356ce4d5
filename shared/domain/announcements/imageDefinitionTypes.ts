import * as z from 'zod';
import { describeMove } from '../describeFact.ts';
import { imageDescription } from '../factShapes.ts';
import { describeUpdate } from '../imageDescription.ts';
import { announce } from './announcementType.ts';
import { pinnedRegions } from './replacement.ts';

/** What is told of one image definition. What was seen as latest is not: it depends on when somebody looked. */
export const imageDefinitionTypes = [
  announce('definitionDetected', {
    name: 'imageDefinition.detected',
    description: 'The service sees the image definition for the first time, and watches its versions from now on.',
    severity: 'info',
    summary: () => 'is watched from now on',
    details: { takenInChargeAt: z.iso.datetime() },
  }),
  announce('definitionDescribed', {
    name: 'imageDefinition.updated',
    description:
      'Somebody changed the image definition: its end of life, recommended sizes, features, disk types or purchase plan.',
    severity: 'info',
    when: ({ before }) => before !== undefined,
    summary: (fact) => `was updated${fact.by === undefined ? '' : ` by ${fact.by}`}: ${describeUpdate(fact)}`,
    details: {
      image: imageDescription,
      before: imageDescription.exactOptional(),
      by: z.guid().exactOptional().describe('Object id or app id of who changed it, as the event of Azure says.'),
    },
  }),
  announce('endOfLifeMoved', {
    name: 'imageDefinition.endOfLifeMoved',
    description:
      'Somebody moved the end of life of a version that is published or was there before. It is left, unless the policy undoes it.',
    severity: 'warning',
    summary: (fact) => `has another end of life: ${describeMove(fact)}`,
    details: {
      version: z.string(),
      endOfLife: z.iso.datetime().nullable(),
      was: z.iso.datetime().nullable(),
    },
  }),
  announce('definitionDeleted', {
    name: 'imageDefinition.deleted',
    description: 'The image definition does not exist any more.',
    severity: 'info',
    summary: () => 'was deleted',
  }),
  announce('pinned', {
    name: 'imageDefinition.rolledBack',
    description:
      'An operator rolled back to a version by name. Nothing is published in these regions until it is resumed.',
    severity: 'critical',
    summary: (fact) => `is rolled back to ${fact.version}: ${fact.reason}`,
    regions: pinnedRegions,
    details: { version: z.string(), reason: z.string() },
  }),
  announce('paused', {
    name: 'imageDefinition.paused',
    description: 'New versions are held, and wait. Nothing is tested or published until it is resumed.',
    severity: 'warning',
    summary: (fact) => `is paused: ${fact.reason}`,
    details: { reason: z.string() },
  }),
  announce('resumed', {
    name: 'imageDefinition.resumed',
    description: 'A pause, or the pin of a rollback, is over.',
    severity: 'info',
    summary: (fact) => `goes on: ${fact.reason}`,
    details: { reason: z.string() },
  }),
];
