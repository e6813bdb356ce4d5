import type { Command, ResolvedCommandContext } from 'just-bash';
import { isThisGuest } from '../guestAddress.ts';
import type { GuestSystem } from '../guestSystem.ts';
import { fail, guestCommand, type Output, parseOptions } from './guestCommand.ts';

const curlValues = [
  'o',
  'output',
  'w',
  'write-out',
  'm',
  'max-time',
  'connect-timeout',
  'H',
  'header',
  'X',
  'request',
  'd',
  'data',
].concat([
  'A',
  'user-agent',
  'retry',
  'retry-delay',
  'u',
  'user',
  'e',
  'b',
  'c',
  'cacert',
  'resolve',
  'noproxy',
  'max-redirs',
  'url',
  'D',
  'dump-header',
  'data-raw',
  'proto',
  'proto-redir',
  'interface',
  'x',
  'proxy',
  'cert',
  'key',
]);
const wgetValues = ['O', 'output-document', 'T', 'timeout', 't', 'tries', 'header', 'U', 'user-agent'];

type Answer =
  | { kind: 'answered'; status: number; body: string }
  | { kind: 'unreachable'; exitCode: number; reason: string };

/** curl and wget. A smoke-test machine has no way out: only the guest's own ports can answer. */
export function httpCommands(system: GuestSystem): Command[] {
  return [
    guestCommand('curl', (args, context) => curl(system, args, context)),
    guestCommand('wget', (args, context) => wget(system, args, context)),
  ];
}

async function curl(system: GuestSystem, args: string[], { fs, cwd }: ResolvedCommandContext): Promise<Output> {
  const { options, operands } = parseOptions(args, curlValues);
  const has = (...names: string[]) => names.some((name) => options.has(name));
  const target = options.get('url') ?? operands[0];
  if (!target) return fail('curl: (2) no URL specified', 2);
  const quiet = has('s', 'silent') && !has('S', 'show-error');
  const answer = request(system, target);
  const written = writeOut(options.get('w') ?? options.get('write-out') ?? '', answer);
  if (answer.kind === 'unreachable') {
    return {
      stdout: written,
      stderr: quiet ? '' : `curl: (${answer.exitCode}) ${answer.reason}\n`,
      exitCode: answer.exitCode,
    };
  }
  const { status } = answer;
  if (has('f', 'fail') && status >= 400) {
    return {
      stdout: written,
      stderr: quiet ? '' : `curl: (22) The requested URL returned error: ${status}\n`,
      exitCode: 22,
    };
  }
  const head = `HTTP/1.1 ${status} ${status === 200 ? 'OK' : ''}\r\nContent-Length: ${answer.body.length}\r\n\r\n`;
  const dump = options.get('D') ?? options.get('dump-header');
  if (dump) await fs.writeFile(fs.resolvePath(cwd, dump), head);
  const content = (has('I', 'head', 'i', 'include') ? head : '') + (has('I', 'head') ? '' : answer.body);
  const file = options.get('o') ?? options.get('output');
  if (!file || file === '-') return { stdout: content + written };
  await fs.writeFile(fs.resolvePath(cwd, file), content);
  return { stdout: written };
}

async function wget(system: GuestSystem, args: string[], { fs, cwd }: ResolvedCommandContext): Promise<Output> {
  const { options, operands } = parseOptions(args, wgetValues);
  const [target] = operands;
  if (!target) return fail('wget: missing URL', 1);
  const quiet = options.has('q') || options.has('quiet');
  const answer = request(system, target);
  if (answer.kind === 'unreachable') return { stderr: quiet ? '' : `wget: ${answer.reason}\n`, exitCode: 4 };
  if (answer.status >= 400) return { stderr: quiet ? '' : `ERROR ${answer.status}\n`, exitCode: 8 };
  if (options.has('spider')) return {};
  const file =
    options.get('O') ??
    options.get('output-document') ??
    (new URL(withScheme(target)).pathname.split('/').at(-1) || 'index.html');
  if (file === '-') return { stdout: answer.body };
  await fs.writeFile(fs.resolvePath(cwd, file), answer.body);
  return {};
}

function request(system: GuestSystem, target: string): Answer {
  if (!URL.canParse(withScheme(target)))
    return { kind: 'unreachable', exitCode: 3, reason: 'URL rejected: Malformed input to a URL function' };
  const { hostname, port: given, protocol } = new URL(withScheme(target));
  const port = Number(given) || (protocol === 'https:' ? 443 : 80);
  const unreachable = (exitCode: number, reason: string): Answer => ({ kind: 'unreachable', exitCode, reason });
  if (!isThisGuest(system, hostname)) {
    if (!/^[\d.]+$/.test(hostname)) return unreachable(6, `Could not resolve host: ${hostname}`);
    return unreachable(28, `Failed to connect to ${hostname} port ${port}: Connection timed out`);
  }
  const found = system.listeners().find(({ listen }) => listen.port === port && listen.protocol === 'tcp');
  if (!found)
    return unreachable(7, `Failed to connect to ${hostname} port ${port} after 0 ms: Couldn't connect to server`);
  if (protocol === 'https:') return unreachable(35, 'error:0A00010B:SSL routines::wrong version number');
  const { listen } = found;
  if (!listen.http) return unreachable(52, 'Empty reply from server');
  return { kind: 'answered', ...listen.http };
}

function withScheme(target: string): string {
  return /^\w+:\/\//.test(target) ? target : `http://${target}`;
}

function writeOut(format: string, answer: Answer): string {
  const fields: Record<string, string> = {
    http_code: answer.kind === 'answered' ? String(answer.status) : '000',
    response_code: answer.kind === 'answered' ? String(answer.status) : '000',
    size_download: answer.kind === 'answered' ? String(answer.body.length) : '0',
    exitcode: answer.kind === 'answered' ? '0' : String(answer.exitCode),
    time_total: '0.001',
  };
  return format
    .replace(/%\{(\w+)\}/g, (_, name: string) => fields[name] ?? '')
    .replace(/\\([nt])/g, (_, letter: string) => (letter === 'n' ? '\n' : '\t'));
}
