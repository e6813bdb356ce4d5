import type { Clock } from '../clock.ts';
import type { GuestImage, GuestService } from './guestImage.ts';

export interface UnitState {
  name: string;
  service: GuestService;
  active: 'active' | 'inactive' | 'failed';
  enabled: GuestService['enabled'];
  since: number;
}

export interface GuestSystemOptions {
  image: GuestImage;
  hostname: string;
  vmSize: string;
  clock: Clock;
  /** What earlier boots changed with `systemctl enable` and the like. */
  enabled: Map<string, GuestService['enabled']>;
  reboot: () => void;
  powerOff: () => void;
}

/** `$$` of a script that the agent runs. */
export const scriptPid = 2417;
const servicesUpAfterMs = 8000;

/** When systemd had started everything. */
export function servicesUpAt({ bootedAt }: GuestSystem): number {
  return bootedAt + servicesUpAfterMs;
}

/** What runs in a guest between one power-on and the next power-off: the part of its state that is not on disk. */
export class GuestSystem {
  readonly image: GuestImage;
  readonly hostname: string;
  readonly clock: Clock;
  readonly bootedAt: number;
  readonly bootId = crypto.randomUUID();
  readonly cpus: number;
  readonly memoryKiB: number;
  readonly units: Map<string, UnitState>;
  readonly reboot: () => void;
  readonly powerOff: () => void;
  readonly #enabled: GuestSystemOptions['enabled'];

  constructor({ image, hostname, vmSize, clock, enabled, reboot, powerOff }: GuestSystemOptions) {
    this.image = image;
    this.hostname = hostname;
    this.clock = clock;
    this.bootedAt = clock.now();
    this.reboot = reboot;
    this.powerOff = powerOff;
    this.#enabled = enabled;
    ({ cpus: this.cpus, memoryKiB: this.memoryKiB } = sizeOf(vmSize));
    const since = servicesUpAt(this);
    this.units = new Map(
      Object.entries(image.services).map(([key, service]) => {
        const name = unitName(key);
        return [name, { name, service, since, ...stateAfterBoot(service, enabled.get(name)) }];
      }),
    );
  }

  /** Starts a unit; false when it fails, as it did at boot. */
  start(unit: UnitState): boolean {
    if (unit.active === 'active') return true;
    unit.active = unit.service.active === 'failed' ? 'failed' : 'active';
    unit.since = this.clock.now();
    return unit.active === 'active';
  }

  stop(unit: UnitState, outcome: 'inactive' | 'failed' = 'inactive'): void {
    if (unit.active === 'active') unit.since = this.clock.now();
    unit.active = outcome;
  }

  enable(unit: UnitState, enabled: GuestService['enabled']): void {
    unit.enabled = enabled;
    this.#enabled.set(unit.name, enabled);
  }

  listeners(): { unit: UnitState; listen: GuestService['listens'][number] }[] {
    const running = [...this.units.values()].filter((unit) => unit.active === 'active');
    return running.flatMap((unit) => unit.service.listens.map((listen) => ({ unit, listen })));
  }

  processes(): { pid: number; user: string; command: string }[] {
    const running = [...this.units.values()].filter((unit) => unit.active === 'active' && unit.service.pid);
    return [
      { pid: 1, user: 'root', command: '/sbin/init' },
      { pid: scriptPid, user: 'root', command: '/bin/sh' },
      ...running.map(({ name, service }) => ({
        pid: service.pid ?? 0,
        user: service.user,
        command: service.command ?? `/usr/sbin/${name.replace('.service', '')}`,
      })),
    ].sort((a, b) => a.pid - b.pid);
  }
}

/** `nginx` → `nginx.service`, as systemctl completes names. */
export function unitName(name: string): string {
  return /\.(service|socket|target|timer|mount|path|slice)$/.test(name) ? name : `${name}.service`;
}

function stateAfterBoot(
  service: GuestService,
  changed: GuestService['enabled'] | undefined,
): Pick<UnitState, 'active' | 'enabled'> {
  if (changed === undefined || changed === service.enabled) return { active: service.active, enabled: service.enabled };
  if (changed !== 'enabled') return { active: 'inactive', enabled: changed };
  return { active: service.active === 'failed' ? 'failed' : 'active', enabled: changed };
}

/** Standard_D2s_v5 → 2 processors, 4 GiB for each; other families have less or more. */
function sizeOf(vmSize: string): { cpus: number; memoryKiB: number } {
  const [, family = 'D', digits = '2'] = /^Standard_([A-Z]+)(\d+)/i.exec(vmSize) ?? [];
  const cpus = Math.max(Number(digits), 1);
  const gibEach = { F: 2, E: 8, M: 28 }[family[0]?.toUpperCase() ?? 'D'] ?? 4;
  // The kernel keeps a few per cent for itself.
  return { cpus, memoryKiB: Math.round(cpus * gibEach * 1024 * 1024 * 0.97) };
}
