import { z } from 'zod';
import { announce } from './announcementType.ts';

/** What is told of the instance as a whole: it concerns everybody. */
export const instanceTypes = [
  announce('everythingPaused', {
    name: 'instance.paused',
    description:
      'An operator paused everything. New versions are held, and wait: none is tested, published or retired until it is resumed.',
    severity: 'critical',
    summary: (fact) => `everything is paused: ${fact.reason}`,
    details: { reason: z.string() },
  }),
  announce('everythingResumed', {
    name: 'instance.resumed',
    description: 'The pause of everything is over.',
    severity: 'info',
    summary: (fact) => `everything goes on: ${fact.reason}`,
    details: { reason: z.string() },
  }),
];
