import type { SmokeTest } from '../domain/facts.ts';
import type { Check } from './checkFile/checkFile.ts';
import { quote } from './quote.ts';

/** A check that every image has to hold, whatever its owner asks; its exit statuses say why it does not. */
export interface BuiltInCheck {
  check: Check;
  /** What an exit status other than 0 means. */
  reasons: Record<number, string>;
}

/** The exit status of a check for which the guest has no tool: it is skipped, and says so. */
export const nothingToTryWith = 77;

/** The built-in checks that run in the guest. What Azure itself shows (agent, serial log, restarts) is judged from there. */
export function builtInChecks({ reachable, ignoreUnits = [] }: SmokeTest, osType: 'Linux' | 'Windows'): BuiltInCheck[] {
  if (osType === 'Windows') return [fileOnWindows, ...(reachable ?? ['rdp']).map(portOnWindows)];
  const ssh = (reachable ?? ['ssh']).includes('ssh') ? [banner] : [];
  return [fileOnLinux, failedUnits(ignoreUnits), ...ssh];
}

/** `touch` is no test: a full disk still has room for a name, so a byte is written and read. */
const fileOnLinux: BuiltInCheck = {
  check: command('a file can be written', {
    exec: `LC_ALL=C; export LC_ALL
f=/var/tmp/.imprimatur-$$
[ -d /var/tmp ] || f=/tmp/.imprimatur-$$
e=$( { printf x >"$f"; } 2>&1 )
b=$(cat "$f" 2>/dev/null)
rm -f "$f" 2>/dev/null
[ "$b" = x ] && exit 0
case $e in *[Rr]ead-only*) exit 30 ;; *[Nn]o\\ space*) exit 28 ;; esac
exit 1`,
  }),
  reasons: { 1: 'a byte cannot be written', 28: 'no space left on device', 30: 'read-only file system' },
};

/** Waits for the end of the boot: a unit that is still starting has not failed yet. */
function failedUnits(ignored: string[]): BuiltInCheck {
  const exec = `[ -d /run/systemd/system ] || exit 0
systemctl is-system-running --wait >/dev/null 2>&1
systemctl list-units --failed --no-legend --plain 2>/dev/null | while read -r unit rest; do
  case ${quote(` ${ignored.join(' ')} `)} in *" $unit "*) ;; *) printf '%s ' "$unit" ;; esac
done`;
  return {
    check: {
      ...command('no unit has failed', { exec, timeoutMs: 120_000 }),
      assertions: [{ attribute: 'stdout', matcher: { match: 'equal', value: '' } }],
    },
    reasons: {},
  };
}

/** From inside, on the address that others would use: no rule of the network lets anybody in for this. */
const banner: BuiltInCheck = {
  check: {
    ...command('SSH shows its banner', {
      exec: `a=$(hostname -I 2>/dev/null); a=\${a%% *}
[ -n "$a" ] || a=$(ip -4 -o addr show scope global 2>/dev/null | { read -r _ _ _ x _; echo "\${x%/*}"; })
[ -n "$a" ] || exit 78
if command -v nc >/dev/null 2>&1; then b=$(nc -w 5 "$a" 22 </dev/null 2>/dev/null)
elif command -v bash >/dev/null 2>&1; then b=$(bash -c 'exec 3<>"/dev/tcp/$1/22" && read -r -t 5 line <&3 && printf %s "$line"' - "$a" 2>/dev/null)
elif command -v python3 >/dev/null 2>&1; then b=$(python3 -c 'import socket,sys; s=socket.create_connection((sys.argv[1],22),5); print(s.recv(255).decode("ascii","replace"))' "$a" 2>/dev/null)
elif command -v perl >/dev/null 2>&1; then b=$(perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(PeerAddr=>"$ARGV[0]:22",Timeout=>5) or exit 1; print scalar <$s>' "$a" 2>/dev/null)
else exit ${nothingToTryWith}; fi
case $b in SSH-*) exit 0 ;; '') exit 1 ;; esac
exit 2`,
      timeoutMs: 20_000,
    }),
    retries: 3,
  },
  reasons: {
    1: "nothing answers on port 22 of the VM's own address",
    2: "what answers on port 22 of the VM's own address is not SSH",
    78: 'the VM has no network address',
  },
};

const fileOnWindows: BuiltInCheck = {
  check: command('a file can be written', {
    exec: '(echo x>"%TEMP%\\imprimatur.txt") && del "%TEMP%\\imprimatur.txt"',
  }),
  reasons: { 1: 'a file cannot be written into the temporary folder' },
};

const windowsPorts: Record<string, { name: string; port: number }> = {
  rdp: { name: 'Remote Desktop accepts connections', port: 3389 },
  winrm: { name: 'WinRM accepts connections', port: 5985 },
  ssh: { name: 'SSH accepts connections', port: 22 },
};

function portOnWindows(what: string): BuiltInCheck {
  const { name, port } = windowsPorts[what] ?? { name: `${what} accepts connections`, port: 22 };
  const script = [
    "$a = (Get-NetIPAddress -AddressFamily IPv4 | Where-Object { $_.InterfaceAlias -notmatch 'Loopback' } | Select-Object -First 1).IPAddress",
    'if (-not $a) { exit 78 }',
    `$c = New-Object Net.Sockets.TcpClient; try { $c.Connect($a, ${port}); exit 0 } catch { exit 1 }`,
  ].join('; ');
  const exec = `powershell -NoProfile -NonInteractive -EncodedCommand ${Buffer.from(script, 'utf16le').toString('base64')}`;
  return {
    check: { ...command(name, { exec, timeoutMs: 60_000 }), retries: 3 },
    reasons: { 1: `nothing answers on port ${port} of the VM's own address`, 78: 'the VM has no network address' },
  };
}

function command(title: string, { exec, timeoutMs = 20_000 }: { exec: string; timeoutMs?: number }): Check {
  return {
    type: 'command',
    id: title,
    title,
    skip: false,
    timeoutMs,
    retries: 0,
    settings: { exec },
    assertions: [{ attribute: 'exit-status', matcher: { match: 'equal', value: 0 } }],
    at: { file: 'built in', line: 1 },
  };
}
