import type { GuestSystem } from './guestSystem.ts';

type Process = ReturnType<GuestSystem['processes']>[number];

/** The short name that the kernel keeps, at most 15 characters: `nginx: master process` is `nginx`. */
export function comm({ pid, command }: Process): string {
  if (pid === 1) return 'systemd';
  return (command.split(/[ :]/)[0]?.split('/').at(-1) ?? command).slice(0, 15);
}

/** What the kernel shows of processes and sockets. */
export function procFiles(system: GuestSystem): Record<string, string> {
  const names = system.processes().map((process) => [`/proc/${process.pid}/comm`, `${comm(process)}\n`]);
  const tables = (['tcp', 'tcp6', 'udp', 'udp6'] as const).map((name) => [`/proc/net/${name}`, table(system, name)]);
  return Object.fromEntries([...names, ...tables]);
}

function table(system: GuestSystem, name: 'tcp' | 'tcp6' | 'udp' | 'udp6'): string {
  const protocol = name.startsWith('tcp') ? 'tcp' : 'udp';
  const found = system
    .listeners()
    .filter(({ listen }) => listen.protocol === protocol && listen.address.includes(':') === name.endsWith('6'));
  const state = protocol === 'tcp' ? '0A' : '07';
  const rows = found.map(({ listen: { address, port } }, index) => {
    const local = `${addressWords(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const remote = `${addressWords(address.includes(':') ? '::' : '0.0.0.0')}:0000`;
    return `${String(index).padStart(4)}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${20_000 + index} 1 0000000000000000 100 0 0 10 0`;
  });
  const title =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ';
  return [title, ...rows, ''].join('\n');
}

/** Words of four bytes, each in the order of a little-endian processor. */
function addressWords(listen: string): string {
  const address = listen.replace(/%.*/, '');
  const bytes = address.includes(':') ? ipv6Bytes(address) : address.split('.').map(Number);
  const hex = bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return hex.map((_, index) => hex[index - (index % 4) + 3 - (index % 4)]).join('');
}

function ipv6Bytes(address: string): number[] {
  const [before = '', after] = address.replace(/[[\]]/g, '').split('::');
  const groups = (text: string) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 255]);
}
