import type { Check, Place, Setting } from './checkFile.ts';
import { type Problems, shown } from './problems.ts';

interface Shape {
  pattern: RegExp;
  needs: string;
}

/**
 * Settings with which no guest could be asked what is meant: goss would fail such a check, or (a datagram that was sent
 * says nothing about who receives it) could never fail it.
 */
const shapes: Partial<Record<Check['type'], Record<string, Shape>>> = {
  addr: {
    address: {
      pattern: /^(tcp:\/\/)?(\[[\w:.%]+\]|[\w.][\w.-]*):\d{1,5}$/,
      needs: 'tcp://host:port with a number (of udp nobody can tell whether it arrived)',
    },
    'local-address': { pattern: /^([\d.]+|[\da-f:.]+:[\da-f:.]*)$/i, needs: 'an IP address' },
  },
  dns: {
    resolve: {
      pattern: /^(?![A-Z]+:)|^(A|AAAA|CAA|CNAME|MX|NS|PTR|SRV|TXT):/,
      needs: 'a name, or one of A, AAAA, CAA, CNAME, MX, NS, PTR, SRV and TXT before it',
    },
    server: { pattern: /^(\[[\w:.%]+\]|[\w.][\w.-]*)(:\d{1,5})?$|^[\da-f:]+$/i, needs: 'host or host:port' },
  },
  http: {
    url: { pattern: /^https?:\/\/[^\s/]\S*$/i, needs: 'http://… or https://…' },
    method: { pattern: /^(?!CONNECT$)[A-Z]+$/, needs: 'a method such as GET, in capitals' },
    proxy: { pattern: /^(https?|socks5h?):\/\/\S+$/i, needs: 'http://host:port' },
    'request-headers': { pattern: /^[\w!#$%&'*+.^`|~-]+: \S.*$/, needs: '"Name: value"' },
  },
};

/** `placeOf` finds the line of a setting. */
export function refuseSettings({ type, settings }: Check, placeOf: (name: string) => Place, problems: Problems): void {
  for (const [name, value] of Object.entries(settings)) {
    const shape = shapes[type]?.[name];
    const wrong = shape && texts(value).find((text) => !shape.pattern.test(text));
    if (wrong !== undefined) problems.add(placeOf(name), `${name} needs ${shape?.needs}, not ${shown(wrong)}`);
  }
}

function texts(value: Setting): string[] {
  return Array.isArray(value) ? value : [String(value)];
}
