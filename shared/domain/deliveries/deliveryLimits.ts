/** Tries for one team at a time. */
export const mostInFlight = 4;

/**
 * Places for each team, so that one that is slow takes no worker from the others. Of this process alone, since it is its
 * workers that are taken; what a team's server bears is told to all by the team's record.
 */
export class DeliveryLimits {
  readonly #inFlight = new Map<string, number>();

  /** Whether there is a place; it is to be given back with `leave`. */
  enter(team: string): boolean {
    const inFlight = this.#inFlight.get(team) ?? 0;
    if (inFlight >= mostInFlight) return false;
    this.#inFlight.set(team, inFlight + 1);
    return true;
  }

  leave(team: string): void {
    const left = (this.#inFlight.get(team) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(team, left);
    else this.#inFlight.delete(team);
  }
}
