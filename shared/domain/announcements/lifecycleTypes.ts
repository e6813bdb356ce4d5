import * as z from 'zod';
import { describeFact } from '../describeFact.ts';
import { announce } from './announcementType.ts';

const endOfLife = z.iso.datetime();
const regions = z.array(z.string());

/** What is told of the end of a version. */
export const lifecycleTypes = [
  announce('endOfLifeSet', {
    name: 'imageVersion.endOfLifeSet',
    description: 'The version has an end of life now: set when it was published, or when a newer one took its place.',
    severity: 'info',
    summary: (fact) => `ends on ${fact.endOfLife}${fact.by === undefined ? '' : `: ${fact.by} took its place`}`,
    details: { endOfLife, why: z.enum(['published', 'superseded']), by: z.string().exactOptional() },
  }),
  announce('endOfLifeUndone', {
    name: 'imageVersion.endOfLifeUndone',
    description:
      'Somebody had moved the end of life of the version, and the policy undoes that. Where they set the same date again, it stays.',
    severity: 'warning',
    summary: (fact) => `ends at ${fact.endOfLife} again: somebody had moved it to ${fact.found ?? 'none'}`,
    details: { endOfLife, found: endOfLife.nullable() },
  }),
  announce('endOfLifeRestored', {
    name: 'imageVersion.endOfLifeRestored',
    description:
      'The version is latest again, the newer one was taken back: it ends when it did before that took its place, or as the policy has it.',
    severity: 'info',
    summary: (fact) => describeFact(fact).replace(/^it /, ''),
    details: { endOfLife, was: endOfLife },
  }),
  announce('endOfLifeNear', {
    name: 'imageVersion.endOfLifeNear',
    description: 'The end of life of the version comes near: move what still uses it.',
    severity: 'warning',
    summary: (fact) => `ends on ${fact.endOfLife}, within ${fact.days} ${fact.days === 1 ? 'day' : 'days'}`,
    details: { endOfLife, days: z.number().int().positive() },
  }),
  announce('retired', {
    name: 'imageVersion.retired',
    description:
      'The end of life of the version has come: it is out of latest in the regions named, and remains where nothing else would be latest.',
    severity: 'warning',
    summary: (fact) =>
      `has reached its end of life${fact.remainsIn.length > 0 ? `, and stays latest in ${fact.remainsIn.join(', ')}: there is no other good one` : ''}`,
    regions: (fact) => fact.regions,
    details: { endOfLife, remainsIn: regions },
  }),
  announce('wouldBeDeleted', {
    name: 'imageVersion.wouldBeDeleted',
    description: 'Retention is in preview: with mode enforce, the version would be deleted now.',
    severity: 'info',
    summary: (fact) => `would be deleted: ${fact.reason}`,
    details: { reason: z.string() },
  }),
  announce('deletionIntended', {
    name: 'imageVersion.deleting',
    description: 'Retention deletes the version: it is out of latest, past its time, and nobody is seen to use it.',
    severity: 'warning',
    summary: (fact) => `is deleted by retention: ${fact.reason}`,
    details: { reason: z.string() },
  }),
];
