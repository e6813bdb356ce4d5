import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const milliseconds = z.number().min(0);
const port = z.int().min(1).max(65535);

interface Listen {
  port: number;
  address?: string | undefined;
  protocol?: 'tcp' | 'udp' | undefined;
  /** What a web server answers there, whatever the path. */
  http?: { status: number; body: string } | undefined;
  /** What it says to whoever connects. */
  banner?: string | undefined;
}

const listenSchema = z
  .union([
    port.transform((number) => ({ port: number })),
    z.strictObject({
      port,
      address: z.string().optional(),
      protocol: z.enum(['tcp', 'udp']).optional(),
      banner: z.string().optional(),
      http: z.strictObject({ status: z.int().min(100).max(599).default(200), body: z.string().default('') }).optional(),
    }),
  ])
  .transform(({ address = '0.0.0.0', protocol = 'tcp', http, banner, port }: Listen) => ({
    address,
    protocol,
    http,
    banner,
    port,
  }));

const serviceSchema = z.strictObject({
  description: z.string().optional(),
  /** The state after boot. A service that failed at boot fails again at every later start. */
  active: z.enum(['active', 'inactive', 'failed']).default('active'),
  enabled: z.enum(['enabled', 'disabled', 'static', 'masked']).default('enabled'),
  pid: z.int().positive().optional(),
  user: z.string().default('root'),
  command: z.string().optional(),
  exitCode: z.int().min(0).max(255).default(1),
  listens: z.array(listenSchema).default([]),
  /** What the service itself wrote to the journal. */
  log: z.array(z.string()).default([]),
});

const fileSchema = z
  .union([
    z.string().transform((content) => ({ content })),
    z.strictObject({
      content: z.string(),
      mode: z
        .string()
        .regex(/^0?[0-7]{3}$/, 'expected an octal mode such as "0755"')
        .optional(),
    }),
  ])
  .transform(({ content, mode = '0644' }: { content: string; mode?: string | undefined }) => ({
    content,
    mode: Number.parseInt(mode, 8),
  }));

const guestImageSchema = z.strictObject({
  description: z.string(),
  os: z.strictObject({
    id: z.string(),
    version: z.string(),
    codename: z.string().default(''),
    name: z.string(),
    architecture: z.enum(['x86_64', 'aarch64']),
    kernel: z.string(),
  }),
  boot: z.strictObject({
    provisionedAfter: milliseconds,
    agentReadyAfter: z.union([milliseconds, z.literal('never')]),
    /** Kernel lines of the serial log, each with its offset from power-on. */
    serial: z.array(z.tuple([milliseconds, z.string()])),
    /** A boot that ends here: nothing later is written, provisioned or ready. */
    panic: z.strictObject({ after: milliseconds, text: z.string() }).optional(),
  }),
  files: z.record(z.string().startsWith('/'), fileSchema).default({}),
  packages: z.record(z.string(), z.string()).default({}),
  services: z.record(z.string(), serviceSchema).default({}),
  users: z
    .record(
      z.string(),
      z.strictObject({
        uid: z.int(),
        home: z.string().optional(),
        shell: z.string().optional(),
        groups: z.array(z.string()).default([]),
      }),
    )
    .default({}),
  azure: z
    .strictObject({
      launchErrors: z.array(
        z.strictObject({ code: z.string(), message: z.string(), sync: z.boolean().exactOptional() }),
      ),
    })
    .exactOptional(),
});

/** What a gallery image contains, as far as a smoke test can see it. */
export type GuestImage = z.output<typeof guestImageSchema>;
export type GuestService = GuestImage['services'][string];

/** Reads `<name>.yaml`, laid over the image that it extends; every mistake is named by file and key. */
export async function readGuestImage(imagesDir: string, name: string): Promise<GuestImage> {
  const parsed = guestImageSchema.safeParse(await readMerged(imagesDir, name, []));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || '(top level)'}: ${message}`);
  throw new Error(`${join(imagesDir, `${name}.yaml`)} is not a guest image:\n${problems.join('\n')}`);
}

async function readMerged(imagesDir: string, name: string, below: string[]): Promise<unknown> {
  const file = join(imagesDir, `${name}.yaml`);
  if (!/^[\w.-]+$/.test(name)) throw new Error(`"${name}" is no name of a guest image`);
  if (below.includes(name)) throw new Error(`${file}: extends itself: ${[...below, name].join(' → ')}`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const asked = below.length > 0 ? `extended by ${join(imagesDir, `${below.at(-1)}.yaml`)}` : 'asked for';
    throw new Error(`${file} cannot be read (${asked})`, { cause: error });
  });
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  if (!isMap(content) || content.extends === undefined) return content;
  const { extends: base, ...own } = content;
  if (typeof base !== 'string') throw new Error(`${file}: extends: expected the name of an image`);
  return merge(await readMerged(imagesDir, base, [...below, name]), own);
}

/** Maps are merged key by key and null takes a key away; lists and values are replaced. */
function merge(base: unknown, own: unknown): unknown {
  if (!isMap(base) || !isMap(own)) return own;
  const merged = { ...base };
  for (const [key, value] of Object.entries(own)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(base[key], value);
  }
  return merged;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
