import type { ImageDefinitionId } from '../domain/ids.ts';
import { type Identity, identityOf, isSameIncarnation } from '../domain/incarnation.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import type { IncarnationLook, VmLook } from '../domain/look.ts';
import type { Ports, WantedOfVm } from '../ports.ts';

/**
 * Looks at Azure afresh for one incarnation: its version, unless the number belongs to another one now, and its VMs.
 * `identity` is undefined where the number is known to belong to another one.
 */
export async function lookAtIncarnation(
  ports: Pick<Ports, 'galleries' | 'smokeTestVms'>,
  definition: ImageDefinitionId,
  state: IncarnationState,
  identity: Identity | undefined,
): Promise<IncarnationLook> {
  const seen = identity && (await ports.galleries.getVersion(definition, state.version));
  const isSame = seen && isSameIncarnation(identity, identityOf(seen), state.write !== undefined);
  const version = isSame ? seen : undefined;
  const vms: Record<string, VmLook> = {};
  for (const attempt of state.attempts) {
    if (!attempt.launch || attempt.goneAt !== undefined) continue;
    const { vmName } = attempt.launch;
    vms[vmName] = (await ports.smokeTestVms.look(vmName, wantedOf(attempt))) ?? { kind: 'absent' };
  }
  return { version: version ?? 'gone', vms };
}

/** A run that is judged is only watched until its VM is gone. */
function wantedOf({ launch, checks, result }: Attempt): WantedOfVm {
  if (result) return { serialLog: false };
  return {
    serialLog: true,
    ...(checks && { runCommand: checks.runCommand }),
    ...(launch?.operationUrl !== undefined && { operationUrl: launch.operationUrl }),
  };
}
