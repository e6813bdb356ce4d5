import { ZodError, type ZodType, z } from 'zod';

/**
 * Runs one part of local Azure as a process of its own: options from the first argument, one JSON line when it is up,
 * a clean end on SIGTERM or SIGINT.
 */
export async function runAsProcess<Options>(
  schema: ZodType<Options>,
  start: (options: Options) => Promise<{ stop(): Promise<void> }>,
): Promise<void> {
  try {
    const running = await start(schema.parse(JSON.parse(process.argv[2] ?? '{}')));
    const end = () => void running.stop().then(() => process.exit(0), fail);
    process.once('SIGTERM', end).once('SIGINT', end);
    // Functions of the running part have no place in JSON and drop out by themselves.
    console.log(JSON.stringify({ ready: true, ...running }));
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  if (error instanceof ZodError) console.error(`the options of this process are wrong:\n${z.prettifyError(error)}`);
  else console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
