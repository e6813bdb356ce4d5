/** Tries for one team at a time. */
export const mostInFlight = 4;
/** So many failures in a row open the breaker. */
const failuresToOpen = 5;
const shortestOpenMs = 60_000;
const longestOpenMs = 15 * 60_000;
/** How long a delivery waits that finds all places taken. */
const placeWaitMs = 5_000;

interface TeamLimit {
  inFlight: number;
  failures: number;
  /** Until then nothing is tried; after it, one try decides. */
  openUntilMs: number;
  openMs: number;
}

/**
 * Places and a breaker for each team, so that one that is slow or dead takes no worker from the others. Of this process
 * alone: another instance finds out for itself.
 */
export class DeliveryLimits {
  readonly #teams = new Map<string, TeamLimit>();

  /** A place, to be given back with `settle`; or the instant (epoch ms) to come again at. */
  take(team: string, nowMs: number): 'go' | { waitUntilMs: number } {
    const limit = this.#of(team);
    if (limit.openUntilMs > nowMs) return { waitUntilMs: limit.openUntilMs };
    const places = limit.failures >= failuresToOpen ? 1 : mostInFlight;
    if (limit.inFlight >= places) return { waitUntilMs: nowMs + placeWaitMs };
    limit.inFlight += 1;
    return 'go';
  }

  settle(team: string, succeeded: boolean, nowMs: number): void {
    const limit = this.#of(team);
    limit.inFlight -= 1;
    if (succeeded) Object.assign(limit, { failures: 0, openMs: 0, openUntilMs: 0 });
    else limit.failures += 1;
    if (limit.failures < failuresToOpen || limit.openUntilMs > nowMs) return;
    limit.openMs = Math.min(Math.max(limit.openMs * 2, shortestOpenMs), longestOpenMs);
    limit.openUntilMs = nowMs + limit.openMs;
  }

  #of(team: string): TeamLimit {
    const known = this.#teams.get(team) ?? { inFlight: 0, failures: 0, openUntilMs: 0, openMs: 0 };
    this.#teams.set(team, known);
    return known;
  }
}
