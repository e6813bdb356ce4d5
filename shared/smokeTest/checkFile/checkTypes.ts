import type { CheckType } from './checkFile.ts';

/** What a fact of an attribute is: `list` is a string[], `text` a string of many lines. */
export type ValueKind = 'boolean' | 'integer' | 'string' | 'list' | 'text';

/** What a matcher can be held against: `any` is the content of a `matching` check, which can be everything. */
export type MatchedKind = ValueKind | 'any';

export type SettingKind = 'string' | 'boolean' | 'strings';

interface CheckTypeRow {
  /** The setting that the key of the check stands in for: always among the settings of a parsed check. */
  subject: string;
  /** The other settings; among those of a parsed check where the file has them. */
  settings: Record<string, SettingKind>;
  attributes: Record<string, ValueKind>;
  /** Without it goss fails the check. */
  required?: string;
  /** When this is false, goss looks at no further attribute. */
  presence?: string;
  /** Older names of attributes. */
  aliases?: Record<string, string>;
  /** When the file says nothing, or 0. Those of goss, where it has a timeout for the type. */
  timeoutMs: number;
}

/** Long enough for a package database on a small VM. */
const localTimeoutMs = 5_000;

/** All types that the guest is asked about. Source: goss 0.4, docs/gossfile.md and resource/*.go. */
export const checkTypes: Record<Exclude<CheckType, 'matching'>, CheckTypeRow> = {
  addr: {
    subject: 'address',
    settings: { 'local-address': 'string' },
    attributes: { reachable: 'boolean' },
    required: 'reachable',
    presence: 'reachable',
    timeoutMs: 500,
  },
  command: {
    subject: 'exec',
    settings: {},
    attributes: { 'exit-status': 'integer', stdout: 'text', stderr: 'text' },
    required: 'exit-status',
    timeoutMs: 10_000,
  },
  dns: {
    subject: 'resolve',
    settings: { server: 'string' },
    attributes: { resolvable: 'boolean', addrs: 'list' },
    required: 'resolvable',
    presence: 'resolvable',
    aliases: { resolveable: 'resolvable' },
    timeoutMs: 500,
  },
  file: {
    subject: 'path',
    settings: {},
    attributes: {
      exists: 'boolean',
      mode: 'string',
      size: 'integer',
      owner: 'string',
      uid: 'integer',
      group: 'string',
      gid: 'integer',
      filetype: 'string',
      'linked-to': 'string',
      contents: 'text',
      md5: 'string',
      sha256: 'string',
      sha512: 'string',
    },
    required: 'exists',
    presence: 'exists',
    aliases: { contains: 'contents' },
    timeoutMs: localTimeoutMs,
  },
  group: {
    subject: 'groupname',
    settings: {},
    attributes: { exists: 'boolean', gid: 'integer' },
    required: 'exists',
    presence: 'exists',
    timeoutMs: localTimeoutMs,
  },
  http: {
    subject: 'url',
    settings: {
      method: 'string',
      'allow-insecure': 'boolean',
      'no-follow-redirects': 'boolean',
      'request-headers': 'strings',
      'request-body': 'string',
      username: 'string',
      password: 'string',
      'ca-file': 'string',
      'cert-file': 'string',
      'key-file': 'string',
      proxy: 'string',
    },
    attributes: { status: 'integer', headers: 'text', body: 'text' },
    required: 'status',
    timeoutMs: 5_000,
  },
  interface: {
    subject: 'name',
    settings: {},
    attributes: { exists: 'boolean', addrs: 'list', mtu: 'integer' },
    required: 'exists',
    presence: 'exists',
    timeoutMs: localTimeoutMs,
  },
  'kernel-param': {
    subject: 'name',
    settings: {},
    attributes: { value: 'string' },
    required: 'value',
    timeoutMs: localTimeoutMs,
  },
  mount: {
    subject: 'mountpoint',
    settings: {},
    attributes: {
      exists: 'boolean',
      opts: 'list',
      'vfs-opts': 'list',
      source: 'string',
      filesystem: 'string',
      usage: 'integer',
    },
    required: 'exists',
    presence: 'exists',
    timeoutMs: 1_000,
  },
  package: {
    subject: 'name',
    settings: {},
    attributes: { installed: 'boolean', versions: 'list' },
    required: 'installed',
    presence: 'installed',
    timeoutMs: localTimeoutMs,
  },
  port: {
    subject: 'port',
    settings: {},
    attributes: { listening: 'boolean', ip: 'list' },
    required: 'listening',
    presence: 'listening',
    timeoutMs: localTimeoutMs,
  },
  process: {
    subject: 'comm',
    settings: {},
    attributes: { running: 'boolean' },
    required: 'running',
    timeoutMs: localTimeoutMs,
  },
  service: {
    subject: 'name',
    settings: {},
    attributes: { enabled: 'boolean', running: 'boolean', runlevels: 'list' },
    timeoutMs: localTimeoutMs,
  },
  user: {
    subject: 'username',
    settings: {},
    attributes: {
      exists: 'boolean',
      uid: 'integer',
      gid: 'integer',
      groups: 'list',
      home: 'string',
      shell: 'string',
    },
    required: 'exists',
    presence: 'exists',
    timeoutMs: localTimeoutMs,
  },
};
