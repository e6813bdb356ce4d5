import type { Entry } from '../../shared/domain/entries.ts';
import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { Ports } from '../../shared/ports.ts';
import type { SimulatedAzure } from './azure.ts';
import { Births } from './births.ts';
import { appendChecks } from './checks/appendChecks.ts';
import { galleryChecks } from './checks/galleryChecks.ts';
import { limitChecks } from './checks/limitChecks.ts';
import { messageChecks } from './checks/messageChecks.ts';
import { vmChecks } from './checks/vmChecks.ts';
import { Memory } from './memory.ts';
import type { Task } from './scheduler.ts';
import { Trail } from './trail.ts';

/** What the checks of one call see: the world, the trail so far, and what its task has read and written. */
export interface Scene {
  azure: SimulatedAzure;
  births: Births;
  trail: Trail;
  memory: Memory;
  task: Task;
  slotsPerRegion: number;
  /** VMs made by who had lost the session, some after their run had ended: no log may know them, and they go when they expire. */
  lateVms: Map<string, { isRemade: boolean }>;
  fail(rule: string, what: string): void;
}

type Call = { [P in keyof Ports]: `${P}.${keyof Ports[P] & string}` }[keyof Ports];
type MethodOf<C> = C extends `${infer P extends keyof Ports}.${infer M}`
  ? M extends keyof Ports[P]
    ? Ports[P][M]
    : never
  : never;
type ArgsOf<C> = MethodOf<C> extends (...args: infer A) => unknown ? A : never;
type ResultOf<C> = MethodOf<C> extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Looks at calls, by port and method, before and after their effect. */
export interface Check {
  before?: { [C in Call]?: (scene: Scene, args: ArgsOf<C>) => void };
  after?: { [C in Call]?: (scene: Scene, args: ArgsOf<C>, result: ResultOf<C>) => void };
}
type Look = (scene: Scene, args: unknown[], result?: unknown) => void;
type AnyCheck = { [moment in 'before' | 'after']?: Record<string, Look> };

const checks = [galleryChecks, vmChecks, appendChecks, messageChecks, limitChecks] as AnyCheck[];
const looks = { before: looksAt('before'), after: looksAt('after') };

/** By call, those that look at it: most calls are read only, and nobody does. */
function looksAt(moment: 'before' | 'after'): Map<string, Look[]> {
  const byCall = new Map<string, Look[]>();
  for (const check of checks)
    for (const [call, look] of Object.entries(check[moment] ?? {}))
      byCall.set(call, [...(byCall.get(call) ?? []), look]);
  return byCall;
}

/** Holds every effect against the invariants of the design, knowing what truly is where the product only looks. */
export class Checker {
  readonly violations: string[] = [];
  readonly births = new Births();
  readonly trail = new Trail(this.births);
  readonly lateVms = new Map<string, { isRemade: boolean }>();
  private readonly scenes = new WeakMap<Task, Scene>();
  private readonly azure: SimulatedAzure;
  private readonly slotsPerRegion: number;

  constructor(azure: SimulatedAzure, slotsPerRegion: number) {
    this.azure = azure;
    this.slotsPerRegion = slotsPerRegion;
  }

  fail(rule: string, what: string): void {
    this.violations.push(`${rule}: ${what}`);
  }

  before(task: Task, call: string, args: unknown[]): void {
    for (const look of looks.before.get(call) ?? []) look(this.sceneOf(task), args);
  }

  looksAfter(call: string): boolean {
    return looks.after.has(call);
  }

  after(task: Task, call: string, args: unknown[], result: unknown): void {
    for (const look of looks.after.get(call) ?? []) look(this.sceneOf(task), args, result);
  }

  entries(): Entry[] {
    return [...this.trail.entries.values()];
  }

  /** Invariant 1, after whatever changed in a gallery. */
  lookAtLatest(
    definitions: ImageDefinitionId[],
    latestOf: (definition: ImageDefinitionId) => Record<string, string>,
  ): void {
    for (const definition of definitions) {
      const versions = this.azure.versionsOf(definition);
      for (const [region, number] of Object.entries(latestOf(definition))) {
        const seen = versions.find(({ version }) => version.version === number)?.version;
        if (!seen) continue;
        const birth = this.births.of(seen);
        if (birth.exposedBy === undefined && !this.trail.lifeOf(birth)?.everGood)
          this.fail('never visible untested', `${definition.image} ${number} is latest in ${region}`);
      }
    }
  }

  private sceneOf(task: Task): Scene {
    const known = this.scenes.get(task);
    if (known) return known;
    const { azure, births, trail, slotsPerRegion, lateVms } = this;
    const fail = (rule: string, what: string) => this.fail(rule, what);
    const scene = { azure, births, trail, memory: new Memory(), task, slotsPerRegion, lateVms, fail };
    this.scenes.set(task, scene);
    return scene;
  }
}
