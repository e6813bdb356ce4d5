import type { GuestImage, GuestService } from './guestImage.ts';
import { unitName } from './guestSystem.ts';

export interface LogLine {
  /** Milliseconds after power-on. */
  at: number;
  text: string;
}

const firstServiceAtMs = 5200;
const betweenServicesMs = 240;

/** Everything that one boot writes to the serial port, with the moment at which it does. */
export function bootLog(image: GuestImage, hostname: string): LogLine[] {
  const { serial, panic } = image.boot;
  const kernel = serial.map(([at, text]) => ({ at, text: `${stamp(at)} ${text}` }));
  if (panic) {
    const last = panic.text.split('\n').map((text) => ({ at: panic.after, text: `${stamp(panic.after)} ${text}` }));
    return [...kernel.filter((line) => line.at < panic.after), ...last];
  }
  return [...kernel, ...serviceLines(image), ...lastLines(image, hostname)].sort((a, b) => a.at - b.at);
}

function serviceLines({ services }: GuestImage): LogLine[] {
  const started = Object.entries(services).filter(([, service]) => service.active !== 'inactive');
  return started.flatMap(([key, service], index) => {
    const at = firstServiceAtMs + index * betweenServicesMs;
    const title = unitTitle(unitName(key), service);
    if (service.active === 'active') return [{ at, text: `[  OK  ] Started ${title}.` }];
    return [
      { at, text: `[FAILED] Failed to start ${title}.` },
      { at, text: `See 'systemctl status ${unitName(key)}' for details.` },
    ];
  });
}

/** `nginx.service - A web server`, as systemd names a unit to people. */
export function unitTitle(name: string, { description }: GuestService): string {
  return description ? `${name} - ${description}` : name;
}

function lastLines({ os, boot }: GuestImage, hostname: string): LogLine[] {
  const done = boot.provisionedAfter;
  return [
    { at: 8000, text: '[  OK  ] Reached target multi-user.target - Multi-User System.' },
    { at: 8200, text: `\n${os.name} ${hostname} ttyS0\n\n${hostname} login: ` },
    { at: done, text: `[${seconds(done)}] cloud-init[884]: Cloud-init v. 25.1.4 running 'modules:final'` },
    {
      at: done,
      text: `[${seconds(done)}] cloud-init[884]: Cloud-init finished. Datasource DataSourceAzure [seed=/dev/sr0].`,
    },
  ];
}

/** The kernel's own time stamp: `[    2.100000]`. */
export function stamp(atMs: number): string {
  return `[${seconds(atMs)}]`;
}

function seconds(atMs: number): string {
  return (atMs / 1000).toFixed(6).padStart(12);
}
