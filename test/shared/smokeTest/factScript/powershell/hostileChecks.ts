import type { Check, CheckFile, Setting } from '../../../../../shared/smokeTest/checkFile/checkFile.ts';
import { fc } from '../../../../fastCheck.ts';
import { check, equal, line } from './checks.ts';

/** What would end a literal, a comment or a line, or start an expansion, if anything could. */
const breakouts = [
  "'",
  "''; Stop-Computer -Force #",
  '’; Stop-Computer -Force; ‘',
  '\u201a\u201b\u201c\u201d\u201e',
  '"$(Stop-Computer)"',
  '$env:ComSpec',
  '`n`0',
  '@{ a = 1 }',
  "\n'@\nStop-Computer\n@'\n",
  '\r\n}; Stop-Computer; {',
  '#>',
  '\u0000',
  '\ud800',
  '%PATH%',
  '& calc',
  '-Look',
];

const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...breakouts), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 4 })
  .map((parts) => parts.join(''));

/** Checks of every type that is looked at on Windows, made from texts; so the same file can be made of harmless ones. */
function checksOf(texts: string[], map: (text: string) => string): Check[] {
  const [a = '', b = '', c = '', d = ''] = texts.map(map);
  const rows: [Check['type'], Record<string, Setting>, string][] = [
    ['file', { path: a }, 'contents'],
    ['package', { name: a }, 'versions'],
    ['service', { name: a }, 'running'],
    ['process', { comm: a }, 'running'],
    ['user', { username: a }, 'home'],
    ['group', { groupname: a }, 'exists'],
    ['command', { exec: a }, 'stdout'],
    ['http', { url: `https://${a}`, method: b, 'request-headers': [c, d], 'request-body': b, password: c }, 'body'],
    ['dns', { resolve: a, server: b }, 'addrs'],
    ['addr', { address: `tcp://${a}:80` }, 'reachable'],
    ['interface', { name: a }, 'addrs'],
    ['port', { port: a }, 'ip'],
    ['mount', { mountpoint: a }, 'source'],
  ];
  return rows.map(([type, settings, attribute]) => ({
    ...check(type, settings, equal(attribute, c), line(attribute, d), equal(b, a), {
      attribute,
      matcher: { match: 'containElement', element: { match: 'havePrefix', text: a } },
    }),
    id: a,
    title: b,
    at: { file: c, line: 1 },
  }));
}

export interface HostileFile {
  texts: string[];
  hostile: CheckFile['checks'];
  /** The same file with every visible character an `x`. */
  harmless: CheckFile['checks'];
}

export const hostileFiles: fc.Arbitrary<HostileFile> = fc
  .array(hostileText, { minLength: 4, maxLength: 4 })
  .map((texts) => ({
    texts,
    hostile: checksOf(texts, (text) => text),
    harmless: checksOf(texts, (text) => text.replace(/[^\s\0]/gu, 'x')),
  }));
