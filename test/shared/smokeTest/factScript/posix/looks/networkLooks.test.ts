import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type CertificateFiles, ensureCertificates } from '../../../../../../local/certificates.ts';
import type { Check } from '../../../../../../shared/smokeTest/checkFile/checkFile.ts';
import { anything, check, differs, holds, line, lineRegexp, matches, unknown } from '../../checks.ts';
import { askShell, find, shells, useShell } from '../../shells.ts';
import { startNameServer } from './nameServer.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur network looks-'));
const timedOut = { kind: 'unknown', reason: 'timed out' };
const ownTools = 'this busybox takes its own tools before those on PATH';
const notThere = { kind: 'differs' };

let web: { port: number; secure: number; silent: number; closed: number };
let names: Awaited<ReturnType<typeof startNameServer>>;
let certificates: CertificateFiles;
const servers: Server[] = [];
beforeAll(async () => {
  names = await startNameServer();
  certificates = await ensureCertificates(join(folder, 'certificates'));
  const tls = { cert: readFileSync(certificates.certFile), key: readFileSync(certificates.keyFile) };
  web = {
    port: await listen(createHttpServer(answer)),
    secure: await listen(
      createHttpsServer(
        { ...tls, ca: readFileSync(certificates.certFile), requestCert: true, rejectUnauthorized: false },
        answer,
      ),
    ),
    silent: await listen(createServer(() => {})),
    // A port of the system: none that is free now would stay so.
    closed: 1,
  };
});
afterAll(() => {
  names.stop();
  for (const server of servers) {
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Says in its body what it was asked; `/to?PATH` leads on, `/status/404` is what it says. */
async function answer(request: IncomingMessage, response: ServerResponse) {
  const { url = '', method, headers, socket } = request;
  let body = '';
  for await (const chunk of request) body += chunk;
  if (url === '/late') return;
  const [, code = '200', to] = /^\/to\/(\d+)\?(.*)$/.exec(url) ?? [];
  const status = Number(/^\/status\/(\d+)/.exec(url)?.[1] ?? code);
  response.writeHead(status, { 'x-TWO-words': 'a: b', 'set-cookie': ['a=1', 'b=2'], ...(to && { location: to }) });
  const shown = socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
  const told = { method, url, body, ...headers, hasCertificate: shown };
  response.end(
    `${Object.entries(told)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n')}\n`,
  );
}

function needs(context: TestContext, program: string): void {
  if (!find(program)) context.skip(`${program} is not installed on this machine`);
}

describe.each(shells)('looked at by %s', (shell) => {
  useShell(shell);
  const ask = (...[checks, world]: [Check[], Parameters<typeof askShell>[2]?]) =>
    askShell(shell, checks, world).then(({ facts }) => facts);

  describe('an address', () => {
    const reach = (address: string, { settings = {}, timeoutMs = 10_000 }: Partial<Check> = {}) =>
      check('addr', address, [['reachable', true]], { settings: { address, ...settings }, timeoutMs });

    it.for(['bash', 'curl'])('is reachable or not, by %s', async (tool, context) => {
      needs(context, tool);
      const facts = await ask(
        [
          reach(`tcp://127.0.0.1:${web.port}`),
          // Connected, curl waits for an answer until the time is up.
          reach(`127.0.0.1:${web.silent}`, { timeoutMs: tool === 'curl' ? 500 : 10_000 }),
          reach(`tcp://127.0.0.1:${web.closed}`),
          reach(`tcp://[::1]:${web.port}`),
          reach('tcp://-e:1'),
        ],
        { with: [tool], without: ['nc'] },
      );

      expect(facts).toEqual([[matches], [matches], [differs], [differs], [differs]]);
    });

    it('is reached from a local address, by curl', async (context) => {
      needs(context, 'curl');
      const from = (address: string) =>
        reach(`tcp://127.0.0.1:${web.port}`, { settings: { 'local-address': address } });

      expect(await ask([from('127.0.0.2'), from('192.0.2.1')], { with: ['bash', 'curl'] })).toEqual([
        [matches],
        [differs],
      ]);
    });

    it('is reached from a local address, by nc', async (context) => {
      if (shell === 'busybox') context.skip(ownTools);
      const nc = `[ "$1" = -h ] && { printf '\\t-s source\\n\\t-w secs\\n\\t-z\\n'; exit; }
        [ "$*" = '-z -w 10 -s 10.0.0.5 db 5432' ] || [ "$*" = '-z -w 10 db 22' ]`;
      const facts = await ask(
        [
          reach('tcp://db:5432', { settings: { 'local-address': '10.0.0.5' } }),
          reach('tcp://db:5432', { settings: { 'local-address': '10.0.0.6' } }),
          reach('tcp://db:22'),
          reach('tcp://db:23'),
        ],
        { programs: { nc } },
      );

      expect(facts).toEqual([[matches], [differs], [matches], [differs]]);
      const ncat = `[ "$1" = -h ] && printf 'Ncat 7.93\\n  -s, --source addr\\n  -w, --wait <time>\\n  -z \\n'; exit 0`;
      const from = reach('tcp://db:5432', { settings: { 'local-address': '10.0.0.5' } });
      expect(await ask([from, reach('tcp://db:5432')], { programs: { nc: ncat } })).toEqual([[unknown], [matches]]);
    });

    it('that lets every packet drop is out of reach once the time is up', async () => {
      const bash = 'sleep 30';
      expect(await ask([reach('tcp://192.0.2.1:22', { timeoutMs: 500 })], { programs: { bash } })).toEqual([[differs]]);
    });

    it('is unknown without a tool, and to one that has no connections', async () => {
      const bash = 'echo "bash: /dev/tcp/127.0.0.1/1: No such file or directory" >&2; exit 1';

      expect(await ask([reach('tcp://127.0.0.1:1')])).toEqual([[unknown]]);
      expect(await ask([reach('tcp://127.0.0.1:1')], { programs: { bash } })).toEqual([[unknown]]);
    });
  });

  describe('a name', () => {
    const resolve = (name: string, settings: Check['settings'] = {}, timeoutMs = 10_000) =>
      check(
        'dns',
        name,
        [
          ['resolvable', true],
          ['addrs', anything],
        ],
        { settings, timeoutMs },
      );

    it('alone is resolved as the machine does', async () => {
      const getent = `case "$2" in
        web) printf '10.0.0.9      STREAM web\\n10.0.0.9      DGRAM  \\n10.0.0.10     STREAM \\n' ;;
        odd) exit 1 ;;
        *) exit 2 ;;
      esac`;
      const facts = await ask(
        ['web', 'none', 'odd', '-i', 'a b'].map((name) => resolve(name)),
        { programs: { getent } },
      );

      expect(facts).toEqual([
        [matches, holds(['10.0.0.10', '10.0.0.9'])],
        [differs, holds([])],
        [unknown, unknown],
        [differs, notThere],
        [differs, notThere],
      ]);
    });

    it('alone is looked for in the hosts file where there is no getent', async () => {
      const files = { '/etc/hosts': '127.0.0.1\tlocalhost\n# 10.0.0.7 old\n10.0.0.8 db.internal db # not web\n' };
      const facts = await ask(
        ['localhost', 'db', 'old', 'web'].map((name) => resolve(name)),
        {
          files,
          instead: ['/etc/hosts'],
          without: ['nslookup'],
        },
      );

      expect(facts.slice(0, 2)).toEqual([
        [matches, holds(['127.0.0.1'])],
        [matches, holds(['10.0.0.8'])],
      ]);
      // Then a server would be asked, which only busybox has a tool for here.
      if (shell !== 'busybox') expect(facts.slice(2)).toEqual([Array(2).fill(unknown), Array(2).fill(unknown)]);
    });

    /** As dig 9.18 and nslookup 9.18 print it; that of busybox asks the server of this test. */
    const tools = {
      dig: `
        say() { printf ';; Got answer:\\n;; ->>HEADER<<- opcode: QUERY, status: %s, id: 1\\n;; flags: qr rd ra; QUERY: 1\\n\\n' "$1"; }
        record() { printf ';; ANSWER SECTION:\\n'; for each; do printf '%s\\n' "x.test.		300	IN	$each"; done; echo; }
        case "$*" in
          *' @127.0.0.1 '*) ;;
          *) exit 1 ;;
        esac
        case "\${*#*@127.0.0.1 }" in
          '-t A -q web.test') say NOERROR; record 'A	10.1.2.3' 'A	10.1.2.4' ;;
          '-t AAAA -q web.test') say NOERROR; record 'AAAA	2001:db8::1' ;;
          '-t CNAME -q www.test') say NOERROR; record 'CNAME	web.test.' ;;
          '-t A -q www.test') say NOERROR; record 'CNAME	web.test.' 'A	10.1.2.3' ;;
          '-t MX -q mail.test') say NOERROR; record 'MX	10 a.mail.test.' 'MX	5 b.mail.test.' ;;
          '-t NS -q mail.test') say NOERROR; record 'NS	ns1.test.' ;;
          '-x 10.1.2.3') say NOERROR; record 'PTR	web.test.' ;;
          '-t SRV -q _https._tcp.web.test') say NOERROR; record 'SRV	0 5 443 web.test.' ;;
          '-t TXT -q mail.test') say NOERROR; record 'TXT	"v=spf1 -all" "say \\"hi\\""' ;;
          '-t CAA -q mail.test') say NOERROR; record 'CAA	0 issue "ca.test"' ;;
          *web.test) say NOERROR ;;
          *broken.test) say SERVFAIL ;;
          *silent.test) printf ';; communications error to 127.0.0.1#53: timed out\\n;; no servers could be reached\\n'; exit 9 ;;
          *) say NXDOMAIN ;;
        esac`,
      nslookup: `
        found() { printf 'Server:		127.0.0.1\\nAddress:	127.0.0.1#53\\n\\nNon-authoritative answer:\\n'; }
        case "$*" in
          *' 127.0.0.1') ;;
          *) exit 1 ;;
        esac
        case "\${*#-timeout=10 -retry=1 -port=PORT }" in
          *'-type=A web.test'*) found; printf 'Name:	web.test\\nAddress: 10.1.2.3\\nName:	web.test\\nAddress: 10.1.2.4\\n\\n' ;;
          *'-type=AAAA web.test'*) found; printf 'Name:	web.test\\nAddress: 2001:db8::1\\n\\n' ;;
          *'-type=A www.test'*) found; printf 'www.test	canonical name = web.test.\\nName:	web.test\\nAddress: 10.1.2.3\\n\\n' ;;
          *'-type=CNAME www.test'*) found; printf 'www.test	canonical name = web.test.\\n\\nAuthoritative answers can be found from:\\n' ;;
          *'-type=MX mail.test'*) found; printf 'mail.test	mail exchanger = 10 a.mail.test.\\nmail.test	mail exchanger = 5 b.mail.test.\\n\\n' ;;
          *'-type=NS mail.test'*) found; printf 'mail.test	nameserver = ns1.test.\\n\\nAuthoritative answers can be found from:\\n' ;;
          *'-type=SRV _https._tcp.web.test'*) found; printf '_https._tcp.web.test	service = 0 5 443 web.test.\\n\\n' ;;
          *'-type=TXT mail.test'*) found; printf '%s\\n' 'mail.test	text = "v=spf1 -all" "say \\"hi\\""' ;;
          *'=1 10.1.2.3 '*) printf '3.2.1.10.in-addr.arpa	name = web.test.\\n\\nAuthoritative answers can be found from:\\n\\n' ;;
          *' web.test'*) found; printf "*** Can't find web.test: No answer\\n" ;;
          *broken.test*) found; printf "** server can't find broken.test: SERVFAIL\\n"; exit 1 ;;
          *silent.test*) printf ';; communications error to 127.0.0.1#53: timed out\\n;; no servers could be reached\\n'; exit 1 ;;
          *) found; printf "** server can't find it: NXDOMAIN\\n"; exit 1 ;;
        esac`,
    };
    const found: [string, string[]][] = [
      ['web.test', ['10.1.2.3', '10.1.2.4', '2001:db8::1']],
      ['A:web.test', ['10.1.2.3', '10.1.2.4']],
      ['AAAA:web.test', ['2001:db8::1']],
      ['CNAME:www.test', ['web.test.']],
      ['MX:mail.test', ['10 a.mail.test.', '5 b.mail.test.']],
      ['NS:mail.test', ['ns1.test.']],
      ['PTR:10.1.2.3', ['web.test.']],
      ['SRV:_https._tcp.web.test', ['0 5 443 web.test.']],
      ['TXT:mail.test', ['say \\"hi\\"', 'v=spf1 -all']],
      ['CAA:mail.test', ['0 issue ca.test']],
      ['TXT:web.test', []],
      ['none.test', []],
    ];

    it.for(['dig', 'nslookup'] as const)('and a server stand for records, by %s', async (tool, context) => {
      if (shell === 'busybox' && tool === 'nslookup') context.skip(ownTools);
      const server = '127.0.0.1';
      const rows = tool === 'dig' ? found : found.filter(([name]) => !name.startsWith('CAA'));
      const facts = await ask(
        [
          ...rows.map(([name]) => resolve(name, { server })),
          resolve('broken.test', { server }),
          resolve('A:silent.test', { server }, 500),
        ],
        { programs: { [tool]: tools[tool] } },
      );

      expect(facts).toEqual([
        ...rows.map(([, addrs]) => [addrs.length > 0 ? matches : differs, holds(addrs)]),
        [unknown, unknown],
        [timedOut, timedOut],
      ]);
    });

    it('and a server with its port are asked by the nslookup of busybox', async (context) => {
      if (shell !== 'busybox') context.skip('the others have no tool of their own');
      const server = `127.0.0.1:${names.port}`;
      const cannot = ['TXT', 'CAA'];
      const facts = await ask([
        ...found.map(([name]) => resolve(name, { server })),
        resolve('A:silent.test', { server }, 500),
      ]);

      expect(facts).toEqual([
        ...found.map(([name, addrs]) =>
          cannot.includes(name.slice(0, 3)) ? [unknown, unknown] : [addrs.length > 0 ? matches : differs, holds(addrs)],
        ),
        [timedOut, timedOut],
      ]);
    });

    it('cannot be told without a tool, or of a server that is none', async (context) => {
      if (shell === 'busybox') context.skip(ownTools);
      const facts = await ask([
        resolve('MX:mail.test'),
        resolve('web.test', { server: '10.0.0.1' }),
        resolve('web.test', { server: '-debug' }),
        resolve('CAA:mail.test'),
      ]);

      expect(facts).toEqual(Array(4).fill([unknown, unknown]));
    });
  });

  describe('a web server', () => {
    const url = (path: string) => `http://127.0.0.1:${web.port}${path}`;
    const secure = (path: string) => `https://localhost:${web.secure}${path}`;
    const get = (
      path: string,
      assertions: Parameters<typeof check>[2],
      settings: Check['settings'] = {},
      timeoutMs = 5_000,
    ) => check('http', path, assertions, { settings: { url: path, ...settings }, timeoutMs });

    it('answers with a status, headers and a body', async (context) => {
      needs(context, 'curl');
      const facts = await ask(
        [
          get(url('/?a=[1-2]&b={c,d}'), [
            ['status', 200],
            ['status', 404],
            ['headers', line('X-Two-Words: a: b')],
            ['headers', line('Set-Cookie: b=2')],
            ['headers', lineRegexp('^Set-Cookie: a=1$')],
            ['headers', line('HTTP/1.1')],
            ['body', line('url=/?a=[1-2]&b={c,d}')],
            ['body', line('method=GET')],
            ['body', line('X-Two-Words')],
          ]),
          get(url('/status/404'), [
            ['status', 404],
            ['body', line('url=/status/404')],
          ]),
        ],
        { with: ['curl'] },
      );

      expect(facts).toEqual([
        [matches, differs, matches, matches, matches, differs, matches, matches, differs],
        [matches, matches],
      ]);
    });

    it('hears the method, headers, body and password', async (context) => {
      needs(context, 'curl');
      const facts = await ask(
        [
          get(
            url('/'),
            [
              ['body', line('method=PUT')],
              ['body', line('body={"k": "@v\'\n$x"}'.split('\n')[0] ?? '')],
              ['body', lineRegexp('^content-type')],
            ],
            {
              method: 'PUT',
              'request-body': '{"k": "@v\'\n$x"}',
            },
          ),
          get(
            url('/'),
            [
              ['body', line('x-a=$(b) "c"')],
              ['body', line('content-type=a/b')],
              ['body', line('host=other')],
            ],
            {
              'request-headers': ['X-A: $(b) "c"', 'Content-Type: a/b', 'Host: other'],
              'request-body': '@/etc/passwd',
            },
          ),
          get(url('/'), [['body', line('authorization=Basic dTpwOidxOiI=')]], { username: 'u', password: `p:'q:"` }),
          get(
            url('/'),
            [
              ['status', 200],
              ['body', line('x', true)],
            ],
            { method: 'HEAD' },
          ),
          get(
            url('/'),
            [
              ['body', line('method=POST')],
              ['body', line('content-length=0')],
            ],
            { method: 'POST' },
          ),
        ],
        { with: ['curl'] },
      );

      expect(facts).toEqual([
        [matches, matches, differs],
        [matches, matches, matches],
        [matches],
        [matches, matches],
        [matches, matches],
      ]);
    });

    it('leads on, where it is followed', async (context) => {
      needs(context, 'curl');
      const twice = url(`/to/302?${url('/to/301?/end')}`);
      const facts = await ask(
        [
          get(twice, [
            ['status', 200],
            ['body', line('url=/end')],
            ['headers', line('Location', true)],
          ]),
          get(
            twice,
            [
              ['status', 302],
              ['headers', lineRegexp('^Location: http')],
            ],
            { 'no-follow-redirects': true },
          ),
          get(url('/to/303?/end'), [['body', line('method=GET')]], { method: 'POST', 'request-body': 'x' }),
          get(url('/to/303?/end'), [['status', 200]], { method: 'DELETE' }),
          get(url('/to/303?/end'), [['status', 303]], { method: 'DELETE', 'no-follow-redirects': true }),
          get(url('/to/302?/to/302?/to/302'), [['status', 200]]),
          get(url('/to/302?file:///etc/passwd'), [['status', 200]]),
        ],
        { with: ['curl'] },
      );

      expect(facts).toEqual([
        [matches, matches, matches],
        [matches, matches],
        [matches],
        [unknown],
        [matches],
        [matches],
        [expect.not.objectContaining({ kind: 'matches' })],
      ]);
    });

    it('is believed where its certificate is, and shown one of ours', async (context) => {
      needs(context, 'curl');
      const { caFile, certFile, keyFile } = certificates;
      const facts = await ask(
        [
          get(secure('/'), [['status', 200]]),
          get(secure('/'), [['status', 200]], { 'allow-insecure': true }),
          get(
            secure('/'),
            [
              ['status', 200],
              ['body', line('hasCertificate=false')],
            ],
            { 'ca-file': caFile },
          ),
          get(secure('/'), [['status', 200]], { 'ca-file': join(folder, 'none.pem') }),
          get(secure('/'), [['body', line('hasCertificate=true')]], {
            'ca-file': caFile,
            'cert-file': certFile,
            'key-file': keyFile,
          }),
        ],
        { with: ['curl'] },
      );

      expect(facts).toEqual([[notThere], [matches], [matches, matches], [notThere], [matches]]);
    });

    it('is asked through a proxy', async (context) => {
      needs(context, 'curl');
      const facts = await ask(
        [
          get('http://far.invalid/x', [['body', line('url=http://far.invalid/x')]], { proxy: url('') }),
          get('http://far.invalid/x', [['status', 200]], { proxy: `http://127.0.0.1:${web.closed}` }),
        ],
        { with: ['curl'] },
      );

      expect(facts).toEqual([[matches], [notThere]]);
    });

    it('that does not answer has no status; one that is late is late', async (context) => {
      needs(context, 'curl');
      const facts = await ask(
        [
          get(`http://127.0.0.1:${web.closed}/`, [
            ['status', 200],
            ['body', line('x', true)],
          ]),
          get(url('/late'), [['status', 200]], {}, 900),
        ],
        { with: ['curl'] },
      );

      expect(facts).toEqual([[notThere, notThere], [timedOut]]);
    });

    it('is unknown to a curl that is too old, and without one', async () => {
      const plain = () => get(url('/'), [['status', 200]]);
      expect(await ask([plain()], { programs: { curl: 'exit 2' } })).toEqual([[unknown]]);
      if (shell !== 'busybox') expect(await ask([plain()])).toEqual([[unknown]]);
    });

    it('is asked by wget for what that can do', async (context) => {
      if (shell !== 'busybox') needs(context, 'wget');
      const facts = await ask(
        [
          get(
            url('/to/302?/end'),
            [
              ['status', 200],
              ['headers', line('X-Two-Words: a: b')],
              ['body', line('x-a=$(b)')],
            ],
            {
              'request-headers': ['X-A: $(b)'],
            },
          ),
          get(url('/status/404'), [['status', 404]]),
          get(`http://127.0.0.1:${web.closed}/`, [['status', 200]]),
          get(url('/'), [['status', 200]], { method: 'PUT' }),
          get(url('/'), [['status', 200]], { username: 'u' }),
          get(url('/late'), [['status', 200]], {}, 900),
        ],
        { with: shell === 'busybox' ? [] : ['wget'] },
      );

      expect(facts).toEqual([[matches, matches, matches], [matches], [notThere], [unknown], [unknown], [timedOut]]);
      const finer = await ask(
        [
          get(url('/to/302?/end'), [['status', 302]], { 'no-follow-redirects': true }),
          get(url('/status/404'), [['body', line('url=/status/404')]]),
          get(secure('/'), [['status', 200]]),
        ],
        { with: shell === 'busybox' ? [] : ['wget'] },
      );
      expect(finer).toEqual(
        shell === 'busybox' ? [[unknown], [unknown], [unknown]] : [[matches], [matches], [notThere]],
      );
    });
  });
});
