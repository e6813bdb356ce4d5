import * as z from 'zod';
import type { Fact, FactOf } from '../facts.ts';
import type { AnnouncedOutcome, Severity } from './announcement.ts';

type FactType = Fact['type'];

/** What the announcement of one type says, made of the fact it tells. */
interface Telling<T extends FactType> {
  /** `SUBJECT.NAME`; the type is `imprimatur.SUBJECT.NAME.vVERSION`. */
  name: `${SubjectKind}.${string}`;
  /** A breaking change of `details` is a new version. */
  version?: number;
  /** One sentence for the catalogue: when it is sent, and what follows for a team. */
  description: string;
  severity: Severity;
  /** Only some facts of the type are announced so. */
  when?(fact: FactOf<T>): boolean;
  /** Goes on behind the name of the version or definition, on one line. */
  summary(fact: FactOf<T>): string;
  outcome?(fact: FactOf<T>): AnnouncedOutcome | undefined;
  /** The regions that it speaks of. */
  regions?(fact: FactOf<T>): string[];
  /** Members of the fact that teams are told; all others stay inside. */
  details?: { [M in Exclude<keyof FactOf<T>, 'type'>]?: z.ZodType<FactOf<T>[M]> };
}

/** What the subject of an announcement is, and with it the members that its data always has. */
export type SubjectKind = 'imageVersion' | 'smokeTest' | 'imageDefinition' | 'instance' | 'policy' | 'team' | 'audit';

export interface AnnouncementType {
  type: string;
  name: string;
  subject: SubjectKind;
  description: string;
  severity: Severity;
  details: z.ZodObject;
  /** Types of fact that it may tell. */
  facts: FactType[];
  /** Undefined for a fact that is not announced as this type. */
  tell(fact: Fact): Told | undefined;
  /** The outcome that `tell` tells. */
  outcomeOf(fact: Fact): AnnouncedOutcome | undefined;
}

export interface Told {
  summary: string;
  outcome?: AnnouncedOutcome;
  regions: string[];
  details: Record<string, unknown>;
}

/** Puts a type of announcement into the catalogue; several types of fact can be told as one. */
export function announce<T extends FactType>(factTypes: T | T[], telling: Telling<T>): AnnouncementType {
  const { name, version = 1, description, severity } = telling;
  const subject = name.slice(0, name.indexOf('.')) as SubjectKind;
  const told = typeof factTypes === 'string' ? [factTypes] : factTypes;
  const details = z.object((telling.details ?? {}) as z.ZodRawShape);
  const isTold = (fact: Fact): fact is FactOf<T> => isOf(told, fact) && telling.when?.(fact) !== false;
  return {
    type: `imprimatur.${name}.v${version}`,
    name,
    subject,
    description,
    severity,
    details,
    facts: told,
    tell(fact) {
      if (!isTold(fact)) return undefined;
      const outcome = telling.outcome?.(fact);
      return {
        summary: telling.summary(fact),
        ...(outcome && { outcome }),
        regions: telling.regions?.(fact) ?? [],
        details: details.parse(fact),
      };
    },
    outcomeOf: (fact) => (isTold(fact) ? telling.outcome?.(fact) : undefined),
  };
}

function isOf<T extends FactType>(types: T[], fact: Fact): fact is FactOf<T> {
  return types.some((type) => type === fact.type);
}
