import { type Clock, sleep } from '../../clock.ts';
import type { RunScriptOptions, ScriptResult } from '../machine.ts';
import type { Session } from './boot.ts';
import type { ExecStatus } from './guestAgent.ts';

const pollMs = 250;

/**
 * Takes the script from standard input into a file, because one argument holds no more than 128 KiB, and runs it in a
 * session of its own, so that it can be ended with all that it started. /run is in memory: a full or read-only root
 * file system stops no script.
 */
const launcher =
  'cat >"/run/script.$$" && exec setsid sh -c \'f=$1; shift; sh "$f" "$@" </dev/null; s=$?; rm -f "$f"; exit $s\' sh "/run/script.$$" "$@"';

/**
 * Runs a shell script through the guest agent. Rejects when the agent does not answer, or cannot start the script;
 * a guest that goes down meanwhile interrupts it, and takes its output along.
 */
export async function runInGuest(
  session: Session,
  script: string,
  { parameters, timeoutMs, signal }: RunScriptOptions,
  clock: Clock,
): Promise<ScriptResult> {
  const timedOut = new AbortController();
  const cancel = clock.after(timeoutMs, () => timedOut.abort());
  const stop = AbortSignal.any([session.over, timedOut.signal, ...(signal ? [signal] : [])]);
  const positional = parameters.filter(({ name }) => !name).map(({ value }) => value);
  try {
    const pid = await start(session, ['-c', launcher, 'sh', ...positional], script, environment(parameters));
    const ended = await untilEnded(session, pid, stop, clock);
    if (ended?.exitCode !== undefined) {
      return { outcome: 'exited', exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
    }
    const cut = await kill(session, pid, clock);
    const outcome = timedOut.signal.aborted ? 'timedOut' : 'interrupted';
    return { outcome, stdout: cut?.stdout ?? '', stderr: cut?.stderr ?? '' };
  } catch (error) {
    if (!session.over.aborted) throw error;
    return { outcome: 'interrupted', stdout: '', stderr: '' };
  } finally {
    cancel();
  }
}

function start({ agent, over }: Session, args: string[], input: string, env: string[]): Promise<number> {
  return agent.start('/bin/sh', args, input, env, over);
}

function environment(parameters: RunScriptOptions['parameters']): string[] {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return [path, 'HOME=/root', ...parameters.flatMap(({ name, value }) => (name ? [`${name}=${value}`] : []))];
}

/** Undefined when the script is to stop, or its guest has gone: nobody saw it end. */
async function untilEnded(
  { agent, over }: Session,
  pid: number,
  stop: AbortSignal,
  clock: Clock,
): Promise<ExecStatus | undefined> {
  while (!stop.aborted) {
    const status = await agent.status(pid, over).catch((error: unknown) => unlessOver(over, error));
    if (!status || status.exited) return status;
    await sleep(clock, pollMs, stop);
  }
  return undefined;
}

/** A guest-exec that is given up would go on in the guest. Returns what the script had written. */
async function kill(session: Session, pid: number, clock: Clock): Promise<ExecStatus | undefined> {
  const killer = `kill -9 -- -${pid}; rm -f /run/script.${pid}`;
  const { over } = session;
  if (over.aborted) return undefined;
  await start(session, ['-c', killer], '', environment([])).catch((error: unknown) => unlessOver(over, error));
  return untilEnded(session, pid, over, clock);
}

function unlessOver(over: AbortSignal, error: unknown): undefined {
  if (!over.aborted) throw error;
}
