/** A value in a filter expression; undefined is "unknown": a property that does not exist. */
export type FilterValue = string | number | boolean | null | undefined;

/** What a filter sees of a message. Names are compared without regard to case. */
export interface FilterView {
  system(name: string): FilterValue;
  user(name: string): FilterValue;
}
