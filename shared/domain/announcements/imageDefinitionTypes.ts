import { z } from 'zod';
import { announce } from './announcementType.ts';

/** What is told of one image definition. What was seen as latest is not: it depends on when somebody looked. */
export const imageDefinitionTypes = [
  announce('definitionDetected', {
    name: 'imageDefinition.detected',
    description: 'The service sees the image definition for the first time, and watches its versions from now on.',
    severity: 'info',
    summary: () => 'is watched from now on',
    details: { takenInChargeAt: z.iso.datetime() },
  }),
  announce('definitionDeleted', {
    name: 'imageDefinition.deleted',
    description: 'The image definition does not exist any more.',
    severity: 'info',
    summary: () => 'was deleted',
  }),
];
