import { type ImageVersion, isOfferedIn, offeredRegions } from '../../shared/domain/imageVersion.ts';
import type { InstanceRequest } from '../../shared/domain/instanceState.ts';
import { acceptRequest } from '../../shared/workflow/acceptRequest.ts';
import { askInstance } from '../../shared/workflow/askInstance.ts';
import type { Happening } from './happening.ts';
import type { Simulation } from './simulation.ts';

/** Lets one thing happen; what concerns a version that is not there any more does not. */
export function happen(simulation: Simulation, happening: Happening): void {
  const { azure, checker } = simulation;
  switch (happening.kind) {
    case 'create': {
      const { definition, version, options } = happening;
      if (found(simulation, happening)) azure.galleries.remove(definition, version);
      azure.galleries.create(definition, version, options);
      const seen = found(simulation, happening);
      if (seen) checker.births.add(definition, seen, seen.excludeFromLatest ? undefined : 'birth');
      return;
    }
    case 'delete':
      if (found(simulation, happening)) azure.galleries.remove(happening.definition, happening.version);
      return;
    case 'show':
    case 'hide':
    case 'addRegion':
    case 'endOfLife':
    case 'replicaArrives':
      edit(simulation, happening);
      return;
    case 'deleteVm': {
      const vmName = [...azure.smokeTestVms.vms.keys()][happening.nth];
      if (vmName !== undefined) void azure.smokeTestVms.delete(vmName);
      return;
    }
    case 'policy':
      // Before there was a good one the defaults are in force, and they know no slots of this scenario.
      if (happening.text?.startsWith('version: 1\n') || azure.documents.documents.has('policy/lastGood'))
        azure.policyFile.text = happening.text;
      return;
    case 'clock':
      simulation.workers.skew(happening.worker, happening.skewMs);
      return;
    case 'outage':
      simulation.workers.outage(happening.forMs);
      return;
    case 'instance':
      askEverything(simulation, happening.asked, String(happening.atMs));
      return;
    case 'request':
      ask(simulation, happening);
  }
}

function found({ azure }: Simulation, { definition, version }: Extract<Happening, { version: string }>) {
  return azure.versionsOf(definition).find((each) => each.version.version === version)?.version;
}

/** By somebody with a browser: Azure takes it while no other operation runs. */
function edit(simulation: Simulation, happening: Extract<Happening, { version: string }>): void {
  const { azure, checker } = simulation;
  const { definition, version, kind } = happening;
  const seen = found(simulation, happening);
  if (seen?.provisioningState !== 'Succeeded') return;
  const birth = checker.births.of(seen);
  const before = offeredRegions(seen);
  if (kind === 'show') birth.exposedBy = 'hand';
  azure.galleries.edit(definition, version, (edited) => {
    if (kind === 'endOfLife') edited.endOfLifeDate = '2027-01-01T00:00:00.000Z';
    if (happening.kind === 'show' || happening.kind === 'hide') setFlags(edited, happening);
    if (kind === 'addRegion' && edited.targetRegions.every(({ name }) => name !== 'swedencentral')) {
      edited.targetRegions.push({
        name: 'swedencentral',
        excludeFromLatest: true,
      });
      edited.replication = {
        ...edited.replication,
        swedencentral: 'Completed',
      };
    }
    if (happening.kind === 'replicaArrives' && edited.replication?.[happening.region] === 'Failed')
      edited.replication = {
        ...edited.replication,
        [happening.region]: 'Completed',
      };
  });
  for (const { name } of seen.targetRegions)
    if (isOfferedIn(seen, name) !== before.includes(name)) birth.byHand.set(name, isOfferedIn(seen, name));
}

/** A region is shown alone by clearing its flag and the one of the version, and hidden by its flag. */
function setFlags(edited: ImageVersion, { kind, region }: Extract<Happening, { kind: 'show' | 'hide' }>): void {
  const isHidden = kind === 'hide';
  if (!isHidden || region === undefined) edited.excludeFromLatest = isHidden;
  for (const target of edited.targetRegions)
    if (region === undefined || target.name === region) target.excludeFromLatest = isHidden;
}

/** As the API would do it; who gets no answer asks again under the same id. */
export function askEverything({ workers }: Simulation, asked: InstanceRequest, requestId: string): void {
  workers.insist(`${asked.kind} everything`, (ports) =>
    askInstance(ports, asked, { actor: 'operator-1', requestId: `${asked.kind}-${requestId}` }),
  );
}

/** As the API would accept it; who gets no answer asks again under the same id. */
function ask(simulation: Simulation, { definition, fact, actor, atMs }: Extract<Happening, { kind: 'request' }>): void {
  const id = `ask-${fact.type}-${definition.image}-${atMs}`;
  simulation.workers.insist(`request ${fact.type}`, (ports) => acceptRequest(ports, { definition, id, actor, fact }));
}
