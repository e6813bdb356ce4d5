import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unsupportedOnWindows } from '../../../../../shared/smokeTest/factScript/powershell/unsupportedOnWindows.ts';
import { windowsLooks } from '../../../../../shared/smokeTest/factScript/powershell/windowsLooks.ts';
import { check, equal } from './checks.ts';

test('every type that docs/check-files.md names for Windows can be looked at there', () => {
  const [, named = ''] =
    /asked by one script for Windows PowerShell 5\.1: ([^;]*);/.exec(readFileSync('docs/check-files.md', 'utf8')) ?? [];

  expect([...named.matchAll(/`([a-z]+)`/g)].map(([, type]) => type)).toEqual(Object.keys(windowsLooks).sort());
});

test('names the type where Windows has no such thing', () => {
  expect(unsupportedOnWindows(check('mount', { mountpoint: '/data' }, equal('exists', true)))).toEqual(['mount']);
  expect(unsupportedOnWindows(check('kernel-param', { name: 'vm.swappiness' }, equal('value', '1')))).toEqual([
    'kernel-param',
  ]);
});

test('names each attribute that Windows does not have, once', () => {
  const file = check('file', { path: 'C:\\a' }, equal('mode', '0644'), equal('exists', true), equal('mode', '0600'));
  expect(unsupportedOnWindows(file)).toEqual(['mode']);
  expect(unsupportedOnWindows(check('user', { username: 'a' }, equal('uid', 0), equal('shell', '')))).toEqual([
    'uid',
    'shell',
  ]);
  expect(unsupportedOnWindows(check('service', { name: 'a' }, equal('runlevels', 3)))).toEqual(['runlevels']);
});

test('names settings that cannot be honoured, so that no answer means less than it says', () => {
  const http = { url: 'https://localhost', 'cert-file': 'C:\\a.pem' };
  expect(unsupportedOnWindows(check('http', http, equal('status', 200)))).toEqual(['cert-file']);
  expect(unsupportedOnWindows(check('http', { url: 'file:///C:/a' }, equal('status', 200)))).toEqual(['url']);
  expect(unsupportedOnWindows(check('addr', { address: 'udp://dns:53' }, equal('reachable', true)))).toEqual([
    'address',
  ]);
  expect(unsupportedOnWindows(check('port', { port: 'sctp:1' }, equal('listening', true)))).toEqual(['port']);
  expect(unsupportedOnWindows(check('command', { exec: 'a\nb' }, equal('exit-status', 0)))).toEqual(['exec']);
  expect(unsupportedOnWindows(check('command', { exec: 'x'.repeat(8_001) }, equal('exit-status', 0)))).toEqual([
    'exec',
  ]);
});

test('has nothing to say of what Windows can answer, nor of what the guest is not asked', () => {
  const owned = { path: 'C:\\a' };
  expect(unsupportedOnWindows(check('file', owned, equal('owner', 'BUILTIN\\Administrators')))).toEqual([]);
  expect(unsupportedOnWindows(check('command', { exec: 'ver\n' }, equal('exit-status', 0)))).toEqual([]);
  expect(unsupportedOnWindows(check('matching', {}, equal('content', 'a')))).toEqual([]);
});
