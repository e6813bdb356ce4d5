import type { Command } from 'just-bash';
import type { GuestSystem } from '../guestSystem.ts';
import { fail, guestCommand, matchesPattern, type Output, parseOptions } from './guestCommand.ts';

const listHeader = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/reinst-required (Status,Err: uppercase=bad)
||/ Name           Version        Architecture Description
+++-==============-==============-============-=================================
`;

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
const standardFormat = '${binary:Package}\\t${Version}\\n';

/** dpkg and dpkg-query, where the distribution has them. */
export function packageCommands(system: GuestSystem): Command[] {
  const { os } = system.image;
  if (os.id !== 'ubuntu' && os.id !== 'debian') return [];
  const architecture = os.architecture === 'aarch64' ? 'arm64' : 'amd64';
  const query = guestCommand('dpkg-query', (args) => {
    const { options, operands } = parseOptions(args, ['f', 'showformat']);
    if (options.has('W') || options.has('show')) {
      const format = options.get('f')?.replace(/^=/, '') ?? options.get('showformat') ?? standardFormat;
      return describe(system, operands, (name, version) => fill(format, name, version, architecture));
    }
    return inspect(system, architecture, options, operands);
  });
  const dpkg = guestCommand('dpkg', (args) => {
    const { options, operands } = parseOptions(args);
    if (options.has('print-architecture')) return `${architecture}\n`;
    if (options.has('V') || options.has('verify') || options.has('C') || options.has('audit')) return '';
    return inspect(system, architecture, options, operands);
  });
  return [query, dpkg];
}

function inspect(system: GuestSystem, architecture: string, options: Map<string, string>, names: string[]): Output {
  if (options.has('l') || options.has('list')) {
    const rows = describe(
      system,
      names,
      (name, version) => `ii  ${name.padEnd(14)} ${version.padEnd(14)} ${architecture.padEnd(12)} ${name}\n`,
    );
    return { ...rows, stdout: rows.stdout ? listHeader + rows.stdout : '' };
  }
  if (options.has('s') || options.has('status')) {
    const missing = names.filter((name) => !system.image.packages[name]);
    const found = names.filter((name) => system.image.packages[name]);
    return {
      stdout: found
        .map(
          (name) =>
            `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nVersion: ${system.image.packages[name]}\n`,
        )
        .join('\n'),
      stderr: missing
        .map(
          (name) =>
            `dpkg-query: package '${name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n`,
        )
        .join(''),
      exitCode: missing.length > 0 ? 1 : 0,
    };
  }
  return fail('dpkg: error: need an action option', 2);
}

function describe(system: GuestSystem, patterns: string[], line: (name: string, version: string) => string): Output {
  const all = Object.entries(system.image.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  const matching = (pattern: string) => all.filter(([name]) => matchesPattern(pattern.replace(/:\w+$/, ''), name));
  const missing = patterns.filter((pattern) => matching(pattern).length === 0);
  const found = patterns.length === 0 ? all : patterns.flatMap(matching);
  return {
    stdout: found.map(([name, version]) => line(name, version)).join(''),
    stderr: missing.map((pattern) => `dpkg-query: no packages found matching ${pattern}\n`).join(''),
    exitCode: missing.length > 0 ? 1 : 0,
  };
}

function fill(format: string, name: string, version: string, architecture: string): string {
  const fields: Record<string, string> = {
    Package: name,
    'binary:Package': name,
    Version: version,
    Architecture: architecture,
    Status: 'install ok installed',
    'db:Status-Abbrev': 'ii ',
    'db:Status-Status': 'installed',
    'db:Status-Want': 'install',
  };
  return format
    .replace(/\$\{([^};]+)(?:;-?\d+)?\}/g, (_, field: string) => fields[field] ?? '')
    .replace(/\\([nt\\])/g, (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? '\\');
}
