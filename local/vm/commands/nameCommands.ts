import type { Command } from 'just-bash';
import type { Guest } from './guest.ts';
import { guestCommand, parseOptions } from './guestCommand.ts';

const resolver = '127.0.0.53';

/** nslookup, as that of bind: the resolver of the guest knows the names in its hosts file, and no other server answers. */
export function nameCommands({ system, disk }: Guest): Command[] {
  return [
    guestCommand('nslookup', async (args) => {
      const { operands } = parseOptions(args);
      const type =
        args
          .map((arg) => /^-(?:type|querytype|q)=(.*)$/.exec(arg)?.[1])
          .find(Boolean)
          ?.toUpperCase() ?? 'A';
      const [name = '', server = resolver] = operands;
      const answers = system.listeners().some(({ listen }) => listen.port === 53 && listen.protocol === 'udp');
      if (server !== resolver || !answers)
        return {
          stdout: `;; communications error to ${server}#53: timed out\n;; no servers could be reached\n\n`,
          exitCode: 1,
        };
      const hosts = (await disk.readFile('/etc/hosts')).split('\n').map((line) => line.split(/\s+/));
      const found = hosts.flatMap(([address = '', ...names]) => (names.includes(name) ? [address] : []));
      const head = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`;
      if (found.length === 0) return { stdout: `${head}** server can't find ${name}: NXDOMAIN\n\n`, exitCode: 1 };
      const wanted = found.filter((address) => type === (address.includes(':') ? 'AAAA' : 'A'));
      if (wanted.length === 0) return `${head}*** Can't find ${name}: No answer\n\n`;
      return `${head}${wanted.map((address) => `Name:\t${name}\nAddress: ${address}\n`).join('')}\n`;
    }),
  ];
}
