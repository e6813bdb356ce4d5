import type { Command } from 'just-bash';
import { guestAddress, isThisGuest, listensOn } from '../guestAddress.ts';
import { type GuestInterface, guestInterfaces } from '../guestInterfaces.ts';
import type { GuestSystem } from '../guestSystem.ts';
import { fail, guestCommand, parseOptions, table } from './guestCommand.ts';

/** ss, ip and nc: what listens, and where the guest sits. */
export function networkCommands(system: GuestSystem): Command[] {
  return [ss(system), ip(), nc(system)];
}

function ss(system: GuestSystem): Command {
  return guestCommand('ss', (args) => {
    const { options, operands } = parseOptions(args, ['A', 'f']);
    const any = options.has('t') || options.has('tcp') || options.has('u') || options.has('udp');
    const shows = {
      tcp: !any || options.has('t') || options.has('tcp'),
      udp: !any || options.has('u') || options.has('udp'),
    };
    const listening = ['l', 'listening', 'a', 'all'].some((name) => options.has(name));
    const port = /sport\s*=?=?\s*:(\d+)/.exec(operands.join(' '))?.[1];
    const found = system
      .listeners()
      .filter(
        ({ listen }) => listening && shows[listen.protocol] && !(options.has('6') && !listen.address.includes('::')),
      )
      .filter(({ listen }) => !port || listen.port === Number(port));
    const both = shows.tcp && shows.udp;
    const rows = found.map(({ unit: { name, service }, listen }, index) => [
      ...(both ? [listen.protocol] : []),
      listen.protocol === 'tcp' ? 'LISTEN' : 'UNCONN',
      '0',
      listen.protocol === 'tcp' ? '511' : '0',
      `${listen.address}:${listen.port}`,
      listen.address.includes('::') ? '[::]:*' : '0.0.0.0:*',
      options.has('p') || options.has('processes')
        ? `users:(("${name.replace('.service', '')}",pid=${service.pid ?? 1},fd=${index + 3}))`
        : '',
    ]);
    const title = ['State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port', 'Process'];
    const header = both ? ['Netid', ...title] : title;
    return table(options.has('H') || options.has('no-header') ? rows : [header, ...rows]);
  });
}

function ip(): Command {
  return guestCommand('ip', (args) => {
    const { options, operands } = parseOptions(
      args.map((arg) => (arg === '-br' ? '--brief' : arg)),
      ['f'],
    );
    const [object = 'help', ...rest] = operands;
    const device = rest.filter((word) => !['show', 'list', 'ls', 'dev'].includes(word))[0];
    if ('route'.startsWith(object)) {
      return `default via 10.0.0.1 dev eth0 proto dhcp src ${guestAddress} metric 100\n10.0.0.0/24 dev eth0 proto kernel scope link src ${guestAddress} metric 100\n`;
    }
    if (!'address'.startsWith(object) && !'link'.startsWith(object)) {
      return fail(`Object "${object}" is unknown, try "ip help".`, 1);
    }
    const links = guestInterfaces.filter(({ name }) => !device || name === device);
    if (links.length === 0) return fail(`Device "${device}" does not exist.`);
    const addresses = 'address'.startsWith(object);
    if (options.has('brief') || options.has('b')) {
      return links
        .map(({ name, state, inet, mac }) => `${name.padEnd(16)} ${state.padEnd(14)} ${addresses ? inet : mac}\n`)
        .join('');
    }
    if (addresses && (options.has('o') || options.has('oneline'))) {
      return links
        .map(
          ({ name, inet, scope }, index) =>
            `${index + 1}: ${name}    inet ${inet} scope ${scope} ${name}\\       valid_lft forever preferred_lft forever\n`,
        )
        .join('');
    }
    const inet = (link: GuestInterface) =>
      addresses
        ? `    inet ${link.inet} scope ${link.scope} ${link.name}\n       valid_lft forever preferred_lft forever\n`
        : '';
    return links
      .map(
        (link, index) =>
          `${index + 1}: ${link.name}: <${link.flags}> mtu ${link.mtu} state ${link.state}\n    link/${link.type} ${link.mac}\n${inet(link)}`,
      )
      .join('');
  });
}

function nc(system: GuestSystem): Command {
  return guestCommand('nc', (args) => {
    const { options, operands } = parseOptions(args, ['w', 'p', 's']);
    if (options.has('h')) return { stderr: ncHelp };
    const [host = '', port = ''] = operands;
    const from = options.get('s');
    const isOurs = from === undefined || isThisGuest(system, from);
    const open = isOurs && isThisGuest(system, host) && listensOn(system, Number(port));
    const listener = open ? system.listeners().find(({ listen }) => listen.port === Number(port)) : undefined;
    const banner = options.has('z') ? undefined : listener?.listen.banner;
    const told = options.has('v')
      ? `Connection to ${host} ${port} port [tcp/*] ${open ? 'succeeded!' : 'failed: Connection refused'}\n`
      : '';
    return { stdout: banner === undefined ? '' : `${banner}\r\n`, stderr: told, exitCode: open ? 0 : 1 };
  });
}

const ncHelp = `OpenBSD netcat (Debian patchlevel 1.226-1ubuntu2)
usage: nc [-46CDdFhklNnrStUuvZz] [-p source_port] [-s sourceaddr] [-w timeout] [destination] [port]
	Command Summary:
		-p port		Specify local port for remote connects
		-s sourceaddr	Local source address
		-v		Verbose
		-w timeout	Timeout for connects and final net reads
		-z		Zero-I/O mode [used for scanning]
`;
