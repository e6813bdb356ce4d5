import * as z from 'zod';
import { describeFact } from '../describeFact.ts';
import { announce } from './announcementType.ts';

const budget = { period: z.string(), minutes: z.number(), limit: z.number() };

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
    description: 'The pause of everything is over, and the circuit breaker is closed.',
    severity: 'info',
    summary: (fact) => `everything goes on: ${fact.reason}`,
    details: { reason: z.string() },
  }),
  announce('breakerTripped', {
    name: 'instance.breakerTripped',
    description:
      'Smoke tests of several image definitions failed in a row: it is the platform, or a check. Their verdicts are taken back, and no smoke test begins until an operator resumes everything.',
    severity: 'critical',
    summary: (fact) => `the circuit breaker is open: ${fact.reason}`,
    details: { reason: z.string() },
  }),
  announce('galleryRefused', {
    name: 'instance.galleryRefused',
    description:
      'A gallery that this instance is told to look after belongs to another one, or to none, by its tag. Nothing is done in it: new versions are not held, tested or published.',
    severity: 'critical',
    summary: describeFact,
    details: { galleryId: z.string(), reason: z.string(), owner: z.string().exactOptional() },
  }),
  announce('galleryTaken', {
    name: 'instance.galleryTaken',
    description: 'A gallery that had been refused belongs to this instance again. Versions of meanwhile are tested.',
    severity: 'info',
    summary: describeFact,
    details: { galleryId: z.string() },
  }),
  announce('budgetNear', {
    name: 'instance.budgetNear',
    description: 'The VM minutes that the policy grants for this period are nearly spent.',
    severity: 'warning',
    summary: (fact) => `the budget is nearly spent: ${fact.reason}`,
    details: budget,
  }),
  announce('budgetSpent', {
    name: 'instance.budgetSpent',
    description:
      'The VM minutes of this period are spent. New versions are held, and wait for the next period, or for more minutes in the policy; those that are expedited do not.',
    severity: 'critical',
    summary: (fact) => `the budget is spent: ${fact.reason}`,
    details: budget,
  }),
];
