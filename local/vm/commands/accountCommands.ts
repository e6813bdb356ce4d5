import type { Command } from 'just-bash';
import type { GuestDisk } from '../guestDisk.ts';
import { fail, guestCommand, parseOptions } from './guestCommand.ts';

/** id, whoami, groups and getent, from the files that the real ones read. */
export function accountCommands(disk: GuestDisk): Command[] {
  return [
    guestCommand('whoami', () => 'root\n'),
    guestCommand('id', (args) => id(disk, args)),
    guestCommand('groups', async (args) => {
      const names = await groupsOf(disk, args[0] ?? 'root');
      return `${args[0] ? `${args[0]} : ` : ''}${names.map(([name]) => name).join(' ')}\n`;
    }),
    guestCommand('getent', async ([database = '', ...keys]) => {
      const file = databases[database];
      if (!file) return fail(`Unknown database: ${database}`);
      const separator = database.endsWith('hosts') ? /\s+/ : /:/;
      const lines = (await disk.readFile(file)).split('\n').filter((line) => line && !line.startsWith('#'));
      const matching = (key: string) => lines.find((line) => keyFields(line.split(separator), database).includes(key));
      const found = keys.length > 0 ? keys.map(matching) : lines;
      return {
        stdout: found
          .filter(Boolean)
          .map((line) => `${line}\n`)
          .join(''),
        exitCode: found.includes(undefined) ? 2 : 0,
      };
    }),
  ];
}

const databases: Record<string, string> = {
  passwd: '/etc/passwd',
  group: '/etc/group',
  hosts: '/etc/hosts',
  ahosts: '/etc/hosts',
};

function keyFields(fields: string[], database: string): (string | undefined)[] {
  return database.endsWith('hosts') ? fields : [fields[0], fields[2]];
}

async function id(disk: GuestDisk, args: string[]) {
  const { options, operands } = parseOptions(args);
  const user = operands[0] ?? 'root';
  const entry = (await fieldsOf(disk, '/etc/passwd')).find(([name, , uid]) => name === user || uid === user);
  if (!entry) return fail(`id: ‘${user}’: no such user`);
  const [name = '', , uid = '', gid = ''] = entry;
  const groups = await groupsOf(disk, name);
  const main = groups[0]?.[0] ?? gid;
  if (options.has('u')) return `${options.has('n') ? name : uid}\n`;
  if (options.has('g')) return `${options.has('n') ? main : gid}\n`;
  if (options.has('G')) return `${groups.map((group) => (options.has('n') ? group[0] : group[2])).join(' ')}\n`;
  return `uid=${uid}(${name}) gid=${gid}(${main}) groups=${groups.map((group) => `${group[2]}(${group[0]})`).join(',')}\n`;
}

async function groupsOf(disk: GuestDisk, user: string): Promise<string[][]> {
  const gid = (await fieldsOf(disk, '/etc/passwd')).find(([name]) => name === user)?.[3];
  const groups = await fieldsOf(disk, '/etc/group');
  const isMain = (group: string[]) => group[2] === gid;
  return [...groups.filter(isMain), ...groups.filter((group) => !isMain(group) && group[3]?.split(',').includes(user))];
}

async function fieldsOf(disk: GuestDisk, file: string): Promise<string[][]> {
  return (await disk.readFile(file))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(':'));
}
