import type { Mode } from './facts.ts';

const reach: Mode[] = ['observe', 'test', 'enforce'];

/** A run began under one mode; a later, more careful policy restrains it at once, a bolder one does not embolden it. */
export function effectiveMode(atDetection: Mode, current: Mode): Mode {
  return reach.indexOf(current) < reach.indexOf(atDetection) ? current : atDetection;
}
