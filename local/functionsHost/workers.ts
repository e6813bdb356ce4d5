import cluster, { type Worker } from 'node:cluster';
import { z } from 'zod';

const readyWorker = z.object({ url: z.string(), functions: z.array(z.string()) });
const workerMessage = z.union([z.object({ ready: readyWorker }), z.object({ failed: z.string() })]);
const role = z.object({ timers: z.boolean() });

const againAfterMs = 1_000;

/** What one worker process is to do: exactly one of them runs the timers. */
export type WorkerRole = z.infer<typeof role>;

/** A parent that owns the port, and its worker processes. */
export interface RunningWorkers {
  url: string;
  functions: string[];
  stop(): Promise<void>;
}

/**
 * Starts worker processes that share one port, and replaces each one that dies. When the parent dies, the workers'
 * channel to it closes, and node:cluster ends them.
 */
export async function startWorkers(count: number, args: string[]): Promise<RunningWorkers> {
  // Workers accept for themselves. A connection that the parent hands to a worker as it dies would belong to nobody, and
  // its client would wait for ever.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ args });
  let isStopping = false;
  let timerWorker: Worker | undefined;

  const [first] = await Promise.all(Array.from({ length: count }, start));
  if (!first) throw new Error('at least one worker is needed');
  return {
    ...first,
    async stop() {
      isStopping = true;
      // One that has just ended is still among them, and ends no more.
      const workers = Object.values(cluster.workers ?? {}).flatMap((worker) =>
        worker && !worker.isDead() ? [worker] : [],
      );
      const ended = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
      for (const worker of workers) worker.process.kill('SIGTERM');
      await Promise.all(ended);
    },
  };

  function start(): Promise<z.infer<typeof readyWorker>> {
    const worker = cluster.fork();
    timerWorker ??= worker;
    const ready = Promise.withResolvers<z.infer<typeof readyWorker>>();
    worker.once('exit', (code, signal) => ended(signal ?? code));
    // One that is killed as it is forked cannot be written to: an error that nobody hears would end the parent.
    worker.on('error', ({ message }) => ended(message));
    worker.send({ timers: worker === timerWorker });
    worker.once('message', (message: unknown) => {
      const parsed = workerMessage.parse(message);
      if ('ready' in parsed) {
        worker.once('exit', (code, signal) => replace(worker, signal ?? code));
        ready.resolve(parsed.ready);
      } else ready.reject(new Error(parsed.failed));
    });
    return ready.promise;

    function ended(reason: string | number): void {
      if (worker === timerWorker) timerWorker = undefined;
      ready.reject(new Error(`a worker ended before it was ready (${reason})`));
    }
  }

  function replace(worker: Worker, reason: string | number): void {
    if (isStopping) return;
    console.error(`worker ${worker.process.pid} ended (${reason}): starting another`);
    startAnother();
  }

  /** One that comes to nothing is tried again, as long as the host runs. */
  function startAnother(): void {
    if (isStopping) return;
    start().then(
      () => console.error('another worker is up'),
      (error) => {
        console.error(String(error));
        setTimeout(startAnother, againAfterMs);
      },
    );
  }
}

/** Runs this process as a worker: takes its role from the parent, tells it when ready, ends cleanly on SIGTERM. */
export async function runAsWorker<Options>(
  schema: z.ZodType<Options>,
  start: (options: Options, role: WorkerRole) => Promise<{ url: string; functions: string[]; stop(): Promise<void> }>,
): Promise<void> {
  try {
    const running = await start(schema.parse(JSON.parse(process.argv[2] ?? '{}')), await receiveRole());
    const end = () => void running.stop().then(() => process.exit(0), fail);
    process.once('SIGTERM', end).once('SIGINT', end);
    process.send?.({ ready: { url: running.url, functions: running.functions } });
  } catch (error) {
    fail(error);
  }
}

function receiveRole(): Promise<WorkerRole> {
  return new Promise((resolve) => process.once('message', (message) => resolve(role.parse(message))));
}

function fail(error: unknown): void {
  const failed = error instanceof Error ? error.message : String(error);
  process.send?.({ failed }, () => process.exit(1));
}
