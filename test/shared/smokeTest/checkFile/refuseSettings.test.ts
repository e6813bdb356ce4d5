import { expect, test } from 'vitest';
import { parseChecks, problemsIn } from './parse.ts';

test.each([
  'addr: {"tcp://10.0.0.4:22": {reachable: true, local-address: 10.0.0.5}}',
  'addr: {"tcp://[::1]:22": {reachable: true, local-address: "::1"}}',
  'addr: {"db.internal:5432": {reachable: true}}',
  'addr: {database: {address: "tcp://db-1.internal:5432", reachable: true}}',
  'dns: {localhost: {resolvable: true}}',
  'dns: {"MX:example.org": {resolvable: true, server: "10.0.0.1:53"}}',
  'dns: {"PTR:::1": {resolvable: true, server: "::1"}}',
  'dns: {x: {resolve: "CAA:example.org", resolvable: true, server: "[fe80::1%eth0]:53"}}',
  'http: {"https://localhost:8443/a?b=c": {status: 200, method: PUT, proxy: "http://proxy:3128", request-headers: ["A: b", "X-1: c: d"]}}',
])('%s can be asked', (yaml) => {
  expect(parseChecks(yaml)).toHaveLength(1);
});

test.each([
  [
    'addr:\n  udp://10.0.0.4:53: {reachable: true}',
    '2: address needs tcp://host:port with a number (of udp nobody can tell whether it arrived), not "udp://10.0.0.4:53"',
  ],
  ['addr:\n  tcp://localhost: {reachable: true}', /^2: address needs/],
  ['addr:\n  tcp://localhost:ssh: {reachable: true}', /^2: address needs/],
  ['addr:\n  x:\n    reachable: true\n    address: tcp://-e:1', /^4: address needs/],
  ['addr:\n  a:1: {reachable: true, local-address: eth0}', '2: local-address needs an IP address, not "eth0"'],
  ['dns:\n  SOA:example.org: {resolvable: true}', /^2: resolve needs a name, or one of A, .* not "SOA:example.org"$/],
  ['dns:\n  x: {resolvable: true, server: "-debug"}', '2: server needs host or host:port, not "-debug"'],
  ['dns:\n  x: {resolvable: true, server: a b}', /^2: server needs/],
  ['http:\n  localhost: {status: 200}', '2: url needs http://… or https://…, not "localhost"'],
  ['http:\n  file:///etc/shadow: {status: 200}', /^2: url needs/],
  [
    'http:\n  http://a:\n    status: 200\n    method: get',
    '4: method needs a method such as GET, in capitals, not "get"',
  ],
  ['http:\n  http://a: {status: 200, method: CONNECT}', /^2: method needs/],
  ['http:\n  http://a: {status: 200, proxy: "proxy:3128"}', '2: proxy needs http://host:port, not "proxy:3128"'],
  [
    'http:\n  http://a: {status: 200, request-headers: ["A: b", "C:d"]}',
    '2: request-headers needs "Name: value", not "C:d"',
  ],
  ['http:\n  http://a: {status: 200, request-headers: ["@/etc/shadow: x"]}', /^2: request-headers needs/],
])('%j is refused, with its line', (yaml, problem) => {
  const problems = problemsIn(yaml);

  expect(problems).toHaveLength(1);
  if (typeof problem === 'string') expect(problems[0]).toBe(problem);
  else expect(problems[0]).toMatch(problem);
});
