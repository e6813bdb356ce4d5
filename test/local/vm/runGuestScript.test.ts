import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../../../local/vm/createMachine.ts';
import { readGuestImage } from '../../../local/vm/guestImage.ts';
import type { Machine } from '../../../local/vm/machine.ts';
import { fc } from '../../fastCheck.ts';
import { ManualClock } from '../manualClock.ts';

let healthy: Machine;
let broken: Machine;

async function boot(name: string): Promise<Machine> {
  const clock = new ManualClock();
  const image = await readGuestImage('local/images', name);
  const machine = createMachine({ image, hostname: 'smoke1', vmSize: 'Standard_D2s_v5', clock });
  machine.powerOn();
  await clock.advance(30_000);
  return machine;
}

function run(machine: Machine, script: string) {
  return machine.runScript(script, { parameters: [], timeoutMs: 60_000 });
}

beforeAll(async () => {
  [healthy, broken] = await Promise.all([boot('healthy'), boot('broken-service')]);
});

describe('a script that differs only in what it sets first', () => {
  const script = (nonce: string) =>
    `#!/bin/sh\nnonce=${nonce}\nsay() { echo "$nonce $1"; }\nsay hello; sh -c 'echo "$0"' "$nonce"\n`;

  it('runs with its own settings, in each guest', async () => {
    const [first, second] = await Promise.all([run(healthy, script('a1')), run(broken, script('b-2'))]);

    expect([first.stdout, second.stdout]).toEqual(['a1 hello\na1\n', 'b-2 hello\nb-2\n']);
  });
});

describe('the shell of a guest', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...`ab '"\\$\`*?[]{}()<>|&;!#~=%\n\té日😀-`), maxLength: 24 });
  const singleQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const doubleQuoted = (text: string) => `"${text.replace(/["\\$`]/g, '\\$&')}"`;

  it.each([
    ['single', singleQuoted],
    ['double', doubleQuoted],
  ])('reads %s quotes as a real shell does', async (_, quote) => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const script = `printf '%s' ${quote(text)}`;

        const { stdout } = await run(healthy, script);

        expect(stdout).toBe(text);
        expect(stdout).toBe(execFileSync('sh', ['-c', script]).toString());
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a here document', 'name=x; cat <<EOF | tr a-z A-Z\n  hello $name $((1 + 2))\nEOF', '  HELLO X 3\n'],
    ['a quoted here document', "cat <<'EOF'\n$name `date` \\\nEOF", '$name `date` \\\n'],
    ['a nested shell', `sh -c 'printf "%s," "$@"' sh 'a  b' "c'd"`, "a  b,c'd,"],
    [
      'a nested shell by file',
      `echo 'echo "$#:$1"' >/tmp/s; sh /tmp/s 'a  b' c; sh /tmp/none 2>&1; echo $?`,
      '2:a  b\nsh: /tmp/none: No such file or directory\n127\n',
    ],
    ['pipes and status', 'false | true; echo $?; set -o pipefail; false | true; echo $?', '0\n1\n'],
    ['functions', 'f() { local x=$1; [ "$x" -gt 1 ] && return 4; }; f 2; echo $?', '4\n'],
    ['case, loops, arithmetic', 'for i in 1 2 3; do case $i in 2) continue;; esac; echo $((i * 2)); done', '2\n6\n'],
    ['command substitution', 'x=$(echo "a b"); set -- $x; echo "$#"', '2\n'],
    [
      'temporary files and traps',
      'd=$(mktemp -d); trap "rm -r $d; echo gone" EXIT; test -d "$d" && echo there',
      'there\ngone\n',
    ],
    ['a command in a variable', 'cmd="printf %s,"; for i in 1 2; do $cmd $i; done; no=; $no echo hi', '1,2,hi\n'],
    ['a function in a variable', 'one() { echo one $1; }; for c in one "echo two"; do $c x; done', 'one x\ntwo x\n'],
    [
      'a function in the arguments',
      'hi() { echo "hi $1,$2"; }; run() { shift; "$@" z; }; run 0 hi "a  b"',
      'hi a  b,z\n',
    ],
    [
      'a program next to functions',
      'run() { "$@" || echo "no: $*"; }; run echo a; run test 1 = 2',
      'a\nno: test 1 = 2\n',
    ],
    [
      'status of a command in the arguments',
      'run() { "$@" >/dev/null 2>&1; echo $?; }; run sh -c "exit 7"; run true',
      '7\n0\n',
    ],
    ['a command in the arguments', 'run() { "$@"; }; run printf "%s|" "a  b" c', 'a  b|c|'],
    ['a loop over the arguments', 'set -- "a  b" c; for x; do echo "<$x>"; done', '<a  b>\n<c>\n'],
    ['xargs', "printf 'a b' | xargs -n1 echo; echo x | xargs -I{} echo '<{}>'", 'a\nb\n<x>\n'],
    ['the status in an exit trap', 'trap "echo bye \\$?" EXIT; kill -0 $$ && exit 0', 'bye 0\n'],
    ['a time limit for a command', 'timeout 5 echo fine; timeout 5 sh -c "exit 7"; echo $?', 'fine\n7\n'],
  ])('understands %s', async (_, script, stdout) => {
    expect(await run(healthy, script)).toEqual({ outcome: 'exited', exitCode: 0, stdout, stderr: '' });
  });

  it.each([
    ['exit 3', 3, ''],
    ['set -eu; echo "$nothing"; echo on', 1, 'nothing: unbound variable'],
    ['no-such-program', 127, 'command not found'],
    ['rpm -q nginx', 127, 'command not found'],
    ['jq .', 127, 'command not found'],
    ['echo "open', 2, 'unexpected EOF'],
    ['echo x > /no/such/folder/file', 1, '/no/such/folder/file'],
    ['echo x > /dev/tcp/127.0.0.1/81', 1, '/dev/tcp/127.0.0.1/81'],
    ['cat /nothing', 1, 'No such file or directory'],
  ])('ends %j with %i', async (script, exitCode, message) => {
    const result = await run(healthy, script);

    expect(result).toMatchObject({ outcome: 'exited', exitCode });
    expect(result.stderr).toContain(message);
  });
});

describe('the programs of a guest', () => {
  it.each([
    ['systemctl is-active nginx', 'active\n', 0, 'failed\n', 3],
    ['systemctl is-active nginx.service ssh', 'active\nactive\n', 0, 'failed\nactive\n', 0],
    ['systemctl is-failed nginx', 'active\n', 1, 'failed\n', 0],
    ['systemctl is-enabled nginx', 'enabled\n', 0, 'enabled\n', 0],
    ['systemctl is-system-running', 'running\n', 0, 'degraded\n', 1],
    ['systemctl is-active nothing', 'inactive\n', 4, 'inactive\n', 4],
    ['systemctl show nginx -p ActiveState --value', 'active\n', 0, 'failed\n', 0],
    ['systemctl list-units --failed --plain --no-legend | cut -d" " -f1', '', 0, 'nginx.service\n', 0],
    ["ss -Hltn 'sport = :80' | awk '{print $4}'", '0.0.0.0:80\n', 0, '', 0],
    ['pgrep -x nginx', '812\n', 0, '', 1],
    ['curl -s -o /dev/null -w "%{http_code}" http://localhost/', '200', 0, '000', 7],
    ['nc -z localhost 80 && echo open', 'open\n', 0, '', 1],
    ['(echo > /dev/tcp/127.0.0.1/80) 2>/dev/null && echo open', 'open\n', 0, '', 1],
    ['nginx -t 2>/dev/null', '', 0, '', 1],
    ['journalctl -u nginx -p err -q -o cat | head -1', '-- No entries --\n', 0, expect.stringContaining('[emerg]'), 0],
    ['systemctl restart nginx 2>/dev/null', '', 0, '', 1],
  ])('answers %s for a healthy and a broken service', async (script, good, goodExit, bad, badExit) => {
    expect(await run(healthy, script)).toMatchObject({ stdout: good, exitCode: goodExit });
    expect(await run(broken, script)).toMatchObject({ stdout: bad, exitCode: badExit });
  });

  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
    ["dpkg-query -W -f='${Version} ${db:Status-Status}' nginx", '1.24.0-2ubuntu7.5 installed', 0],
    ['dpkg -s nothing', '', 1],
    ['dpkg --print-architecture', 'amd64\n', 0],
    ['uname -srm', 'Linux 6.8.0-1041-azure x86_64\n', 0],
    ['hostname', 'smoke1\n', 0],
    ['id -u', '0\n', 0],
    ['id www-data', 'uid=33(www-data) gid=33(www-data) groups=33(www-data)\n', 0],
    ['getent passwd nobody-here', '', 2],
    ['getent hosts smoke1', '127.0.1.1 smoke1\n', 0],
    ['. /etc/os-release; echo "$ID $VERSION_ID"', 'ubuntu 24.04\n', 0],
    ['sysctl -n net.ipv4.ip_forward', '0\n', 0],
    ['df --output=pcent / | tail -1', '8%\n', 0],
    ["free -m | awk '/^Mem:/ {print $2}'", '7946\n', 0],
    ['nproc', '2\n', 0],
    ['cloud-init status', 'status: done\n', 0],
    ['ip -br addr show eth0', 'eth0             UP             10.0.0.4/24\n', 0],
    ['findmnt / || mountpoint -q /', '', 0],
    ['systemd-detect-virt', 'microsoft\n', 0],
    ['ps -C sshd -o pid= | tr -d " "', '803\n', 0],
    ['wget -qO- http://127.0.0.1/ | grep -c "Welcome to nginx"', '1\n', 0],
  ])('answers %s', async (script, stdout, exitCode) => {
    expect(await run(healthy, script)).toMatchObject({ stdout, exitCode });
  });

  it('keeps what systemctl changes, and enablement over a restart', async () => {
    const machine = await boot('healthy');

    const stopped = await run(
      machine,
      'systemctl disable --now nginx; systemctl is-active nginx; curl -s localhost; echo $?',
    );

    expect(stopped.stdout).toBe('inactive\n7\n');
    expect((await run(machine, 'systemctl is-enabled nginx')).stdout).toBe('disabled\n');
  });
});
