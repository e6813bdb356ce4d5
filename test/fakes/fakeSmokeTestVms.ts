import { type Instant, instantOf } from '../../shared/domain/instant.ts';
import type { PresentVm, RunCommandLook } from '../../shared/domain/look.ts';
import { AdapterError } from '../../shared/errors.ts';
import type {
  LaunchRequest,
  RunCommandRequest,
  SmokeTestResource,
  SmokeTestVms,
  WantedOfVm,
} from '../../shared/ports.ts';
import { fakeAnswer } from './fakeAnswer.ts';
import type { FakeEvidence } from './fakeStorage.ts';
import type { FakeTime } from './fakeTime.ts';

/** Found in the VM, or refused at once; `retryable` is what the adapter says of a refusal. */
export interface LaunchError {
  code: string;
  message?: string;
  sync?: boolean;
  retryable?: boolean;
}

/** How a guest behaves, by the source of its image version. */
export interface Guest {
  /** Errors of the first launches from this source, synchronous or found in the VM. */
  launchErrors?: LaunchError[];
  serialLog?: string;
  agentNever?: boolean;
  /** The region that does not see agents, of this image at least. */
  agentNeverIn?: string;
  /** Exit status of the commands of the policy, or of those in the check file that are named. */
  exitStatus?: number;
  /** Of the checks that are not built in, those that fail, from 1; all where `exitStatus` alone is given. */
  failing?: number[];
  /** What differs once it was started again. */
  afterRestart?: { exitStatus?: number; neverBack?: boolean; sameBoot?: boolean };
  /** Of the checks that are built in, from 1, the value that each of those which fail shows, as the script writes it. */
  builtIn?: Record<number, string>;
  /** How often the checks that are not built in are tried until they pass. */
  tries?: number;
  /** What the run command returns instead of the script's own answer. */
  answer?: string | ((own: string) => string);
  /** The run command never ends. */
  answerNever?: boolean;
}

interface FakeCommand {
  request: RunCommandRequest;
  finishedAtMs: number;
  boot: number;
}

interface FakeVm {
  request: LaunchRequest;
  /** Of the image as it was at the launch, whatever becomes of its version. */
  guest: Guest;
  createdAtMs: number;
  failed?: LaunchError;
  deletingAtMs?: number;
  commands: Map<string, FakeCommand>;
  /** How often it was started again. */
  boots: number;
  power: NonNullable<PresentVm['power']>;
}

/** How long Azure takes for a VM, in milliseconds: each from when it was asked for it, the agent from the launch. */
export interface Pace {
  provisionedMs: number;
  agentMs: number;
  commandMs: number;
  restartMs: number;
  deletedMs: number;
}

export const azurePace: Pace = {
  provisionedMs: 30_000,
  agentMs: 45_000,
  commandMs: 10_000,
  restartMs: 15_000,
  deletedMs: 20_000,
};

/** The end of a type of event; where there is none, it is that of a write that went well. */
export type EventEnd = 'WriteSuccess' | 'WriteFailure' | 'DeleteSuccess' | 'ActionSuccess';
type Emit = (subject: string, end?: EventEnd) => void;

/** The smoke-test resource group in memory. */
export class FakeSmokeTestVms implements SmokeTestVms {
  readonly regions = ['westeurope', 'northeurope'];
  readonly vms = new Map<string, FakeVm>();
  readonly launches: LaunchRequest[] = [];
  mostAtOnce = 0;
  pace = azurePace;
  private readonly time: FakeTime;
  private readonly evidence: FakeEvidence;
  private readonly guestOf: (imageVersionId: string) => Guest;
  private readonly emit: Emit;
  private readonly launchesOf = new Map<string, number>();

  constructor(time: FakeTime, evidence: FakeEvidence, guestOf: (imageVersionId: string) => Guest, emit: Emit) {
    this.time = time;
    this.evidence = evidence;
    this.guestOf = guestOf;
    this.emit = emit;
  }

  async launch(request: LaunchRequest): Promise<{ operationUrl?: string }> {
    if (this.vms.has(request.vmName)) return {};
    const guest = this.guestOf(request.imageVersionId);
    const nth = this.launchesOf.get(request.imageVersionId) ?? 0;
    this.launchesOf.set(request.imageVersionId, nth + 1);
    const fault = guest.launchErrors?.[nth];
    if (fault?.sync) {
      const { code, message = `no ${request.vmSize}`, retryable = false } = fault;
      throw new AdapterError(message, { code, retryable });
    }
    const vm: FakeVm = {
      request,
      guest,
      createdAtMs: this.time.nowMs,
      commands: new Map(),
      boots: 0,
      power: 'running',
      ...(fault && { failed: fault }),
    };
    this.vms.set(request.vmName, vm);
    this.launches.push(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.vms.size);
    this.time.after(this.pace.provisionedMs, () =>
      this.emit(this.idOf(request.vmName), fault ? 'WriteFailure' : 'WriteSuccess'),
    );
    return { operationUrl: `https://management.azure.com/operations/${request.vmName}` };
  }

  async look(vmName: string, wanted: WantedOfVm): Promise<PresentVm | undefined> {
    const vm = this.vms.get(vmName);
    if (!vm) return undefined;
    const { guest } = vm;
    const { provisionedMs, agentMs } = this.pace;
    const ageMs = this.time.nowMs - vm.createdAtMs;
    const command = wanted.runCommand === undefined ? undefined : vm.commands.get(wanted.runCommand);
    const provisioningState = this.stateOf(vm, ageMs);
    const answer = command && this.answerOf(vm, guest, command);
    const isOver = ['Failed', 'Deleting'].includes(provisioningState) || answer?.kind === 'finished';
    const showsLog = wanted.serialLog === 'whenOver' ? isOver : wanted.serialLog;
    return {
      kind: 'present',
      provisioningState,
      ...(vm.failed &&
        ageMs >= provisionedMs && { error: { code: vm.failed.code, message: vm.failed.message ?? 'as injected' } }),
      power: vm.power,
      ...(ageMs >= provisionedMs && !vm.failed && { provisionedAt: this.instant(vm.createdAtMs + provisionedMs) }),
      agentReady: vm.failed === undefined && hasAgent(vm) && ageMs >= agentMs,
      ...(showsLog && ageMs >= provisionedMs / 3 && { serialLog: guest.serialLog ?? 'Linux version 6.8\nlogin: ' }),
      ...(wanted.runCommand !== undefined && {
        runCommand: answer ?? { name: wanted.runCommand, kind: 'absent' as const },
      }),
    };
  }

  async startRunCommand(request: RunCommandRequest): Promise<void> {
    const vm = this.vms.get(request.vmName);
    if (!vm) throw new AdapterError(`${request.vmName} does not exist`, { code: 'ResourceNotFound', retryable: false });
    if (vm.commands.has(request.runCommand)) return;
    const command = { request, finishedAtMs: this.time.nowMs + this.pace.commandMs, boot: vm.boots };
    vm.commands.set(request.runCommand, command);
    this.time.after(this.pace.commandMs, () => {
      const { afterRestart } = vm.guest;
      if (request.runCommand.startsWith('reboot') && !afterRestart?.sameBoot) vm.boots += 1;
      const look = this.answerOf(vm, vm.guest, command);
      if (request.outputBlobUri && look.kind === 'finished') this.evidence.append(request.outputBlobUri, look.output);
      this.emit(`${this.idOf(request.vmName)}/runCommands/${request.runCommand}`);
    });
  }

  async restart(vmName: string, part: 'restart' | 'stop' | 'start'): Promise<void> {
    const vm = this.vms.get(vmName);
    if (!vm) throw new AdapterError(`${vmName} does not exist`, { code: 'ResourceNotFound', retryable: false });
    const { afterRestart } = vm.guest;
    vm.power = part === 'stop' ? 'deallocating' : part === 'start' ? 'starting' : 'running';
    this.time.after(this.pace.restartMs, () => {
      if (part !== 'stop' && !afterRestart?.sameBoot) vm.boots += 1;
      vm.power = part === 'stop' ? 'deallocated' : 'running';
      this.emit(this.idOf(vmName), 'ActionSuccess');
    });
  }

  async delete(vmName: string): Promise<void> {
    const vm = this.vms.get(vmName);
    if (!vm || vm.deletingAtMs !== undefined) return;
    vm.deletingAtMs = this.time.nowMs;
    this.time.after(this.pace.deletedMs, () => {
      this.vms.delete(vmName);
      this.emit(this.idOf(vmName), 'DeleteSuccess');
    });
  }

  async listResources(): Promise<SmokeTestResource[]> {
    return [...this.vms].map(([name, vm]) => ({
      id: this.idOf(name),
      kind: 'virtualMachine',
      name,
      expiresAt: vm.request.expiresAt,
      createdAt: this.instant(vm.createdAtMs),
    }));
  }

  async deleteResource(resource: SmokeTestResource): Promise<void> {
    await this.delete(resource.name);
  }

  private stateOf(vm: FakeVm, ageMs: number): PresentVm['provisioningState'] {
    if (vm.deletingAtMs !== undefined) return 'Deleting';
    if (ageMs < this.pace.provisionedMs) return 'Creating';
    return vm.failed === undefined ? 'Succeeded' : 'Failed';
  }

  private answerOf(vm: FakeVm, guest: Guest, { request, finishedAtMs, boot }: FakeCommand): RunCommandLook {
    const name = request.runCommand;
    const isSilent = guest.answerNever || (boot > 0 && guest.afterRestart?.neverBack);
    if (this.time.nowMs < finishedAtMs || isSilent) return { name, kind: 'running' };
    const behaviour = boot > 0 ? { ...guest, ...guest.afterRestart } : guest;
    const own = fakeAnswer(request.script, `${vm.request.vmName}-${boot}`, behaviour);
    const output = typeof guest.answer === 'function' ? guest.answer(own) : (guest.answer ?? own);
    return { name, kind: 'finished', state: 'Succeeded', output, error: '' };
  }

  private idOf(vmName: string): string {
    return `/subscriptions/s/resourceGroups/smoke/providers/Microsoft.Compute/virtualMachines/${vmName}`;
  }

  private instant(ms: number): Instant {
    return instantOf(ms);
  }
}

function hasAgent({ guest, request }: FakeVm): boolean {
  return !guest.agentNever && guest.agentNeverIn !== request.region && !guest.serialLog?.includes('panic');
}
