import { Bash, type Command, type CommandName, defineCommand, getCommandNames } from 'just-bash';
import { guestCommands } from './commands/guestCommands.ts';
import { shells } from './commands/shells.ts';
import type { GuestDisk } from './guestDisk.ts';
import { type GuestSystem, scriptPid } from './guestSystem.ts';
import { KnownScripts } from './knownScripts.ts';
import type { RunScriptOptions, ScriptResult } from './machine.ts';

export interface GuestScript extends Omit<RunScriptOptions, 'timeoutMs'> {
  script: string;
  disk: GuestDisk;
  system: GuestSystem;
  /** Aborted when the script has to end, with the outcome as its reason. */
  signal: AbortSignal;
}

/** What the shell library brings along and a fresh server image lacks; a package of that name brings it back. */
const notPreinstalled = new Set(['html-to-markdown', 'jq', 'rg', 'sqlite3', 'tree', 'xan', 'yq']);
/** A script beyond this runs away, and nothing else in this process would get a turn: it is stopped and waits for its end. */
const executionLimits = { maxCommandCount: 100_000, maxLoopIterations: 100_000, maxExecutionTimeMs: 2 ** 31 - 1 };
const ranAway = /^bash: .*increase executionLimits\..*\n/m;
const cutOffMessage = /^bash: execution: .* limit exceeded .*\n/m;

/** Runs one script as root in the guest and returns what it wrote, also when it was cut off. */
export async function runGuestScript({ script, parameters, disk, system, signal }: GuestScript): Promise<ScriptResult> {
  const exitTraps: string[] = [];
  const { packages } = system.image;
  const installed = getCommandNames().filter((name) => packages[name] || !notPreinstalled.has(name));
  const known = new KnownScripts();
  const commands = [...guestCommands({ system, disk, exitTraps, signal }), ...shells(known)];
  const bash = new Bash({
    fs: disk,
    cwd: '/var/lib/waagent',
    env: environment(parameters),
    processInfo: { pid: scriptPid, ppid: 2411, uid: 0, gid: 0 },
    commands: installed as CommandName[],
    customCommands: commands.map((command) => endedBy(signal, command)),
    executionLimits,
    // Keeps scripts from the JavaScript of this process, at a third of the time of each; these are of this machine's owner.
    defenseInDepth: false,
  });
  bash.registerTransformPlugin(known.plugin);
  const run: Run = (text, args) => bash.exec(known.nameOf(text), { rawScript: true, args });
  await disk.bootedInto(system);
  const positional = parameters.filter(({ name }) => !name).map(({ value }) => value);
  const result = await execute(run, `set --; ${script}`, positional);
  if (ranAway.test(result.stderr) && !signal.aborted) await aborted(signal);
  for (const handler of signal.aborted ? [] : exitTraps) {
    const { stdout, stderr } = await execute(run, `(exit ${result.exitCode}); ${handler}`);
    result.stdout += stdout;
    result.stderr += stderr;
  }
  if (!signal.aborted) return { outcome: 'exited', ...result };
  const stderr = result.stderr.replace(ranAway, '').replace(cutOffMessage, '');
  return { outcome: signal.reason === 'timedOut' ? 'timedOut' : 'interrupted', stdout: result.stdout, stderr };
}

type Run = (script: string, args: string[]) => ReturnType<Bash['exec']>;

async function execute(run: Run, script: string, args: string[] = []) {
  try {
    const { stdout, stderr, exitCode } = await run(script, args);
    return { stdout, stderr, exitCode };
  } catch (error) {
    // A redirection alone on its line that cannot be opened is an exception of the library.
    return { stdout: '', stderr: `bash: ${error instanceof Error ? error.message : error}\n`, exitCode: 1 };
  }
}

/**
 * The library's own cancellation drops what was written so far; running out of a budget keeps it. A script can only be
 * cut off while it waits in one of these commands: everything else of it runs without letting go of the thread.
 */
function endedBy(signal: AbortSignal, command: Command): Command {
  return defineCommand(command.name, async (args, context) => {
    const output = await command.execute(args, context);
    if (signal.aborted) context.executionScope?.consumeWork(Number.MAX_SAFE_INTEGER);
    return output;
  });
}

function environment(parameters: RunScriptOptions['parameters']): Record<string, string> {
  const named = parameters.flatMap(({ name, value }) => (name ? [[name, value]] : []));
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    USER: 'root',
    LOGNAME: 'root',
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    ...Object.fromEntries(named),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
