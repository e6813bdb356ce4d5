import type { TeamSubscription } from '../stack/teamSubscriptions.ts';
import type { Vms } from '../stack/vms.ts';
import { qemuStories } from './qemuStories.ts';
import { type Story, stories } from './stories.ts';

export interface Show {
  stories: Story[];
  teams: TeamSubscription[];
  /** From the top of the project. */
  policyFile: string;
  /** How many times as fast as real time all clocks run: emulated machines keep to real time whatever the clocks say. */
  speed: number;
  limitMs: number;
}

const security = "type LIKE '%.quarantined.%' OR type LIKE '%.inconclusive.%' OR type LIKE '%.candidate.%'";

/** What `npm run demo` plays, by the kind of virtual machine. */
export const shows: Record<Vms['kind'], Show> = {
  simulated: {
    stories,
    teams: [
      { team: 'web', filter: "image = 'ubuntu-2404' AND type LIKE '%.published.%'" },
      { team: 'security', filter: security },
    ],
    policyFile: 'local/policy.yaml',
    speed: 10,
    limitMs: 120_000,
  },
  qemu: {
    stories: qemuStories,
    teams: [
      { team: 'web', filter: "image = 'debian-12' AND type LIKE '%.published.%'" },
      { team: 'security', filter: security },
    ],
    policyFile: 'local/policy.qemu.yaml',
    speed: 4,
    limitMs: 900_000,
  },
};
