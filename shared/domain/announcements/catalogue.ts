import type { Fact } from '../facts.ts';
import type { AnnouncementType } from './announcementType.ts';
import { auditTypes } from './auditTypes.ts';
import { imageDefinitionTypes } from './imageDefinitionTypes.ts';
import { imageVersionTypes } from './imageVersionTypes.ts';
import { instanceTypes } from './instanceTypes.ts';
import { lifecycleTypes } from './lifecycleTypes.ts';
import { policyTypes } from './policyTypes.ts';
import { releaseTypes } from './releaseTypes.ts';
import { teamTypes } from './teamTypes.ts';

/** Every type of announcement; a fact is told as the first that takes it. */
export const catalogue: AnnouncementType[] = [
  ...imageVersionTypes,
  ...releaseTypes,
  ...lifecycleTypes,
  ...imageDefinitionTypes,
  ...instanceTypes,
  ...policyTypes,
  ...teamTypes,
  ...auditTypes,
];

const byFact = new Map<Fact['type'], AnnouncementType[]>();
for (const type of catalogue) for (const fact of type.facts) byFact.set(fact, [...(byFact.get(fact) ?? []), type]);

/** Those that may take a fact of this type, in the order of the catalogue. */
export function typesFor({ type }: Fact): readonly AnnouncementType[] {
  return byFact.get(type) ?? [];
}
