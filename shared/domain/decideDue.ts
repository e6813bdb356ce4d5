import { freezesBefore, nextOpening } from './calendar.ts';
import { type Decision, record } from './decision.ts';
import { withEndOfLife } from './endOfLife.ts';
import { offerIn } from './flagPlan.ts';
import { offeredRegions } from './imageVersion.ts';
import type { Releasing } from './releasing.ts';
import type { RingProgress } from './rings.ts';
import { waitFor } from './waitFor.ts';

/** Publishes what is due, in a window; the cadence counts where the release begins. */
export function decideDue(releasing: Releasing, { ring, of }: RingProgress, due: string[]): Decision {
  const { release, version, policy, surroundings, now } = releasing;
  const begins = Object.keys(release.published).length === 0;
  const lastRelease = begins ? surroundings.lastReleaseAt : undefined;
  const opensAt = release.expedited ? now : nextOpening(policy.release, now, lastRelease);
  if (opensAt !== now) {
    const where = due.join(', ');
    if (opensAt !== undefined) {
      const freezes = freezesBefore(policy.release, opensAt, now, lastRelease);
      const why = freezes.length > 0 ? `, frozen: ${freezes.join(', ')}` : '';
      return waitFor(release, { code: 'window', reason: `ready for ${where}${why}`, until: opensAt });
    }
    const reason = `ready for ${where}, but no publish window opens within 400 days: mend the policy`;
    return waitFor(release, { code: 'noWindow', reason });
  }
  const flags = offerIn(version, [...(begins ? [] : offeredRegions(version)), ...due]);
  const { definitionEndOfLife } = releasing;
  const plan = begins ? withEndOfLife(flags, version, policy.lifecycle, definitionEndOfLife, now) : flags;
  const place = of > 1 ? { ring, of } : {};
  return record({ type: 'publishIntended', plan, regions: due, ...place });
}
