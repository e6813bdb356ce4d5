/** What local ARM needs of a guest: one virtual machine, from power-on to power-off. */
export interface Machine {
  /** Starts booting. The serial log fills, the agent may become ready, all on the machine's clock. */
  powerOn(): void;
  powerOff(): void;
  restart(): void;
  /** Ends at once and gives up the disk: this machine is never powered on again. */
  destroy(): void;
  readonly running: boolean;
  /** What Azure's view of the guest agent would show; a guest that never boots never leaves 'notReady'. */
  readonly agent: 'notReady' | 'ready';
  /** Whether the guest reported the end of OS provisioning to the platform; without it Azure times out. */
  readonly provisioned: boolean;
  /** Everything written to ttyS0 since the first power-on, as Azure's boot diagnostics returns it. */
  serialLog(): string;
  /**
   * Runs a shell script as root, as the run command extension does; rejects when the agent is not ready.
   * Aborting, powering off or the time limit ends the script.
   */
  runScript(script: string, options: RunScriptOptions): Promise<ScriptResult>;
  /** Called at every change of running, agent or provisioned. Returns the unsubscription. */
  onChange(listener: () => void): () => void;
}

export interface RunScriptOptions {
  /** Named parameters become environment variables, nameless ones are positional (managed run command, Linux). */
  parameters: { name?: string; value: string }[];
  timeoutMs: number;
  signal?: AbortSignal;
}

export type ScriptResult =
  | { outcome: 'exited'; exitCode: number; stdout: string; stderr: string }
  | { outcome: 'timedOut' | 'interrupted'; stdout: string; stderr: string };
