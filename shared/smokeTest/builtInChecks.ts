import type { SmokeTest } from '../domain/facts.ts';
import type { Check } from './checkFile/checkFile.ts';
import { quote } from './quote.ts';

/** A check that every image has to hold, whatever its owner asks. */
export interface BuiltInCheck {
  check: Check;
  /** What it means, as a sentence of its own, that the guest answered this; undefined where that is not known. */
  explain(answer: string): string | undefined;
}

/** The exit status of a check for which the guest has no tool: it is skipped, and says so. */
export const nothingToTryWith = 77;

/** The built-in checks that run in the guest. What Azure itself shows (agent, serial log, restarts) is judged from there. */
export function builtInChecks({ reachable, ignoreUnits = [] }: SmokeTest, osType: 'Linux' | 'Windows'): BuiltInCheck[] {
  if (osType === 'Windows') return [fileOnWindows, ...(reachable ?? ['rdp']).flatMap(serviceNamed)];
  const ssh = (reachable ?? ['ssh']).includes('ssh') ? [banner] : [];
  return [fileOnLinux, failedUnits(ignoreUnits), ...ssh];
}

/**
 * `touch` is no test: a full disk still has room for a name, and often for some bytes, so 64 KiB are written; by `cat`,
 * since not every shell says why its own `printf` could not write.
 */
const fileOnLinux: BuiltInCheck = {
  check: command('a file can be written', {
    exec: `LC_ALL=C; export LC_ALL
f=/var/tmp/.imprimatur-$$
[ -d /var/tmp ] || f=/tmp/.imprimatur-$$
e=$( { printf %065536d 0 | cat >"$f"; } 2>&1 )
n=$(head -c 65537 "$f" 2>/dev/null | wc -c)
rm -f "$f" 2>/dev/null
[ "$n" -eq 65536 ] && exit 0
case $e in *[Rr]ead-only*) exit 30 ;; *[Nn]o\\ space*) exit 28 ;; esac
exit 1`,
  }),
  explain: byExitStatus({
    1: 'no file can be written',
    28: 'no file can be written: no space left on device',
    30: 'no file can be written: read-only file system',
  }),
};

/** No name of a unit: silence alone would be taken for a sound machine. */
const noAnswer = '?';

/** Waits for the end of the boot: a unit that is still starting has not failed yet. */
function failedUnits(ignored: string[]): BuiltInCheck {
  const exec = `[ -d /run/systemd/system ] || exit 0
systemctl is-system-running --wait >/dev/null 2>&1
list=$(systemctl list-units --failed --no-legend --plain 2>/dev/null) || { printf %s '${noAnswer}'; exit 0; }
printf '%s\\n' "$list" | while read -r unit rest; do
  case ${quote(` ${ignored.join(' ')} `)} in *" $unit "*) ;; *) [ -z "$unit" ] || printf '%s ' "$unit" ;; esac
done`;
  return {
    check: {
      ...command('no unit has failed', { exec, timeoutMs: 120_000 }),
      assertions: [{ attribute: 'stdout', matcher: { match: 'equal', value: '' } }],
    },
    explain: (answer) => {
      if (answer === noAnswer) return 'systemd does not say which units have failed';
      const units = answer.split(' ').filter((unit) => unit !== '');
      return units.length > 0 ? `${units.join(', ')} ${units.length > 1 ? 'have' : 'has'} failed` : undefined;
    },
  };
}

/**
 * From inside, on the address that others would use: no rule of the network lets anybody in for this. One tool after the
 * other is tried; sshd leaves the connection open, so each is ended after some seconds.
 */
const banner: BuiltInCheck = {
  check: {
    ...command('SSH shows its banner', {
      exec: `a=$(hostname -I 2>/dev/null); a=\${a%% *}
[ -n "$a" ] || a=$(ip -4 -o addr show scope global 2>/dev/null | { read -r _ _ _ x _; echo "\${x%/*}"; })
[ -n "$a" ] || exit 78
tried= b= limit=
command -v timeout >/dev/null 2>&1 && limit='timeout 6'
can() { [ -z "$b" ] && command -v "$1" >/dev/null 2>&1 && tried=1; }
can bash && b=$($limit bash -c 'exec 3<>"/dev/tcp/$1/22" && read -r -t 5 line <&3 && printf %s "$line"' - "$a" 2>/dev/null)
can python3 && b=$($limit python3 -c 'import socket,sys; s=socket.create_connection((sys.argv[1],22),5); print(s.recv(255).decode("ascii","replace"))' "$a" 2>/dev/null)
can perl && b=$($limit perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(PeerAddr=>"$ARGV[0]:22",Timeout=>5) or exit 1; print scalar <$s>' "$a" 2>/dev/null)
can nc && b=$($limit nc -w 5 "$a" 22 </dev/null 2>/dev/null)
[ -n "$tried" ] || exit ${nothingToTryWith}
case $b in SSH-*) exit 0 ;; '') exit 1 ;; esac
exit 2`,
      timeoutMs: 30_000,
    }),
    retries: 3,
  },
  explain: byExitStatus({
    1: "nothing answers on port 22 of the VM's own address",
    2: "what answers on port 22 of the VM's own address is not SSH",
    78: 'the VM has no network address',
  }),
};

const fileOnWindows: BuiltInCheck = {
  check: command('a file can be written', {
    exec: '(echo x>"%TEMP%\\imprimatur.txt") && del "%TEMP%\\imprimatur.txt"',
  }),
  explain: byExitStatus({ 1: 'a file cannot be written into the temporary folder' }),
};

interface WindowsService {
  name: string;
  port: number;
  /** What is said to it, byte by byte; a service that speaks first is told nothing. */
  asked: number[];
  /** What its answer begins with. */
  begins: string;
}

const windowsServices: Record<'rdp' | 'winrm' | 'ssh', WindowsService> = {
  rdp: {
    name: 'Remote Desktop answers',
    port: 3389,
    // A connection request with negotiation ([MS-RDPBCGR] 2.2.1.1); the answer is a TPKT too.
    asked: [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0],
    begins: '\x03\x00',
  },
  winrm: {
    name: 'WinRM answers',
    port: 5985,
    asked: [...Buffer.from('GET /wsman HTTP/1.0\r\n\r\n')],
    begins: 'HTTP',
  },
  ssh: { name: 'SSH shows its banner', port: 22, asked: [], begins: 'SSH-' },
};

/** A policy of another release may name what this one does not know. */
function serviceNamed(what: string): BuiltInCheck[] {
  return what === 'rdp' || what === 'winrm' || what === 'ssh' ? [serviceOnWindows(what)] : [];
}

function serviceOnWindows(what: keyof typeof windowsServices): BuiltInCheck {
  const { name, port, asked, begins } = windowsServices[what];
  const prefix = [...Buffer.from(begins, 'latin1')].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase());
  const script = `$a = (Get-NetIPAddress -AddressFamily IPv4 | Where-Object { $_.InterfaceAlias -notmatch 'Loopback' -and $_.IPAddress -notlike '169.254.*' } | Select-Object -First 1).IPAddress
if (-not $a) { exit 78 }
$c = New-Object Net.Sockets.TcpClient
try { $c.Connect($a, ${port}) } catch { exit 1 }
$n = 0
$r = New-Object byte[] 4
try {
  $s = $c.GetStream()
  $s.ReadTimeout = 5000
  $q = [byte[]]@(${asked.join(',')})
  $s.Write($q, 0, $q.Length)
  while ($n -lt 4) { $k = $s.Read($r, $n, 4 - $n); if ($k -eq 0) { break }; $n += $k }
} catch { exit 2 }
if ([BitConverter]::ToString($r, 0, $n).StartsWith('${prefix.join('-')}')) { exit 0 }
exit 2`;
  const exec = `powershell -NoProfile -NonInteractive -EncodedCommand ${Buffer.from(script, 'utf16le').toString('base64')}`;
  return {
    check: { ...command(name, { exec, timeoutMs: 60_000 }), retries: 3 },
    explain: byExitStatus({
      1: `nothing answers on port ${port} of the VM's own address`,
      2: `what answers on port ${port} of the VM's own address is another service, or says nothing`,
      78: 'the VM has no network address',
    }),
  };
}

function byExitStatus(reasons: Record<number, string>): BuiltInCheck['explain'] {
  return (answer) => reasons[Number(answer)];
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
