import type { Outcome } from './facts.ts';

/** What somebody did to the flags, region by region. */
export interface HandEdit {
  hiddenIn: string[];
  shownIn: string[];
  outcome?: Outcome;
}

/** The same change has the same key, whoever makes it. */
export function handEditKey({ hiddenIn, shownIn }: HandEdit): string {
  return `${hiddenIn.toSorted()}|${shownIn.toSorted()}`;
}

/** What somebody takes back by hand is none, and undefined: it is not to be undone in its turn. */
export function unlessTakenBack(last: HandEdit | undefined, edit: HandEdit): HandEdit | undefined {
  const hiddenIn = edit.hiddenIn.filter((region) => !last?.shownIn.includes(region));
  const shownIn = edit.shownIn.filter((region) => !last?.hiddenIn.includes(region));
  return hiddenIn.length + shownIn.length > 0 ? { ...edit, hiddenIn, shownIn } : undefined;
}
