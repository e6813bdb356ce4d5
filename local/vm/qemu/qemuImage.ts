import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const file = z.string().regex(/^[\w.-]+$/, 'expected the name of a file of the built images');

const imageSchema = z.strictObject({
  description: z.string(),
  os: z.strictObject({ id: z.string(), version: z.string() }),
  /** A fixed VHD. */
  disk: file,
  boot: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('direct'), kernel: file, initrd: file.optional(), commandLine: z.string() }),
    z.strictObject({ kind: z.literal('uefi') }),
  ]),
  /**
   * A line of the serial log that says that the operating system is up: then Azure would hear of the end of its
   * provisioning. Without one, the agent's first answer says so.
   */
  provisioned: z.string().transform(toPattern).optional(),
});

/** What a version's disk is, and how it is booted. All files are absolute paths. */
export type QemuImage = z.output<typeof imageSchema>;

/** Reads `<name>.yaml`, whose files lie in `builtDir`; every mistake is named by file and key. */
export async function readQemuImage(imagesDir: string, builtDir: string, name: string): Promise<QemuImage> {
  const path = join(imagesDir, `${name}.yaml`);
  const parsed = imageSchema.safeParse(parse(await readFile(path, 'utf8')));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
    throw new Error(`${path} is not an image for QEMU:\n${problems.join('\n')}`);
  }
  const image = parsed.data;
  const built = async (name: string): Promise<string> => {
    const full = join(builtDir, name);
    await access(full).catch(() => {
      throw new Error(`${path} needs ${full}, which is not there: npm run image:build`);
    });
    return full;
  };
  const { boot } = image;
  if (boot.kind === 'uefi') return { ...image, disk: await built(image.disk) };
  const files = { kernel: await built(boot.kernel), ...(boot.initrd && { initrd: await built(boot.initrd) }) };
  return { ...image, disk: await built(image.disk), boot: { ...boot, ...files } };
}

function toPattern(text: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: String(error) });
    return z.NEVER;
  }
}
