import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { requirePackages, VmsUnavailable, withSystemPrograms } from '../requirements.ts';
import { roomyTemporaryFolder } from './roomyTemporaryFolder.ts';
import { unpackDebian } from './unpackDebian.ts';

const recipe = join(import.meta.dirname, 'recipe');

/**
 * Builds every disk, kernel and initial RAM disk that local/images/qemu/ names, unless this recipe has been built
 * before, and returns their folder: `<folder>/<hash of the recipe>`. Builds of other recipes are removed.
 *
 * @throws VmsUnavailable without QEMU or what builds images, and where no Debian can be unpacked.
 */
export async function buildImages(folder: string, print: (line: string) => void): Promise<string> {
  await requirePackages();
  const hash = await hashOfRecipe();
  const built = join(folder, hash);
  if (await exists(built)) return built;
  await requireNamespace();
  await mkdir(folder, { recursive: true });
  const out = await mkdtemp(join(folder, 'building-'));
  const work = await mkdtemp(join(await roomyTemporaryFolder(), 'imprimatur-images-'));
  try {
    const debian = join(work, 'debian.tar');
    await unpackDebian({ recipe, tar: debian, work, print });
    await assemble(debian, out, work, print);
    await rename(out, built);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(out, { recursive: true, force: true });
  }
  for (const other of await readdir(folder)) {
    if (other !== hash && !other.startsWith('building-')) await rm(join(folder, other), { recursive: true });
  }
  return built;
}

const namespace = ['unshare', '--map-root-user', '--map-auto'];
const isRoot = process.getuid?.() === 0;

async function requireNamespace(): Promise<void> {
  const [program = '', ...args] = namespace;
  if (isRoot) return;
  await execa(program, [...args, 'true'], { env: withSystemPrograms }).catch((error: unknown) => {
    throw new VmsUnavailable(`images are built by root, or in a user namespace, and there is none: ${String(error)}`);
  });
}

/** File owners have to come out as root: without being it, in a user namespace of its own. */
async function assemble(debian: string, out: string, work: string, print: (line: string) => void): Promise<void> {
  const command = [join(recipe, 'assemble.sh'), debian, out, work];
  const [program = '', ...args] = isRoot ? command : [...namespace, ...command];
  const running = execa(program, args, { env: withSystemPrograms, stdin: 'ignore', stderr: 'pipe' });
  for await (const line of running) print(line);
  await running;
}

/** Everything that the built files depend on, apart from the day: a rebuild takes the packages of that day. */
async function hashOfRecipe(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of globSync('**/*', { cwd: import.meta.dirname, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(`${file.slice(import.meta.dirname.length)}\n`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
