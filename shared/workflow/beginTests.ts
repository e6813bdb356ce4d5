import type { DefinitionFact, FactOf } from '../domain/facts.ts';
import { versionResourceId } from '../domain/ids.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { identityOf } from '../domain/incarnation.ts';
import type { AdapterError } from '../errors.ts';
import { keepCheckFile } from './checkFiles.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { planOf, readDefinition } from './planTest.ts';
import { append, incarnationOf, type Run } from './run.ts';

/** Begins the smoke tests that were asked for by hand: each gets a log of its own, whatever its version went through. */
export async function beginTests(run: Run, versions: ImageVersion[]): Promise<void> {
  const closed: DefinitionFact[] = [];
  for (const [test, { version, test: request }] of Object.entries(foldDefinitionLog(run.log).open)) {
    if (!request || run.setAside.has(test)) continue;
    const log = await incarnationOf(run, test);
    if (log.entries.length > 0) continue;
    const seen = versions.find((candidate) => candidate.version === version);
    const image = seen && (await readDefinition(run));
    if (seen && image) await append(run, log, [await begin(run, request, seen, image)]);
    else if (!seen)
      closed.push({ type: 'testClosed', test, version, verdict: null, reason: 'there is no such version' });
  }
  await append(run, run.log, closed);
}

async function begin(
  run: Run,
  request: FactOf<'testRequested'> & { by: string },
  version: ImageVersion,
  image: ImageDefinition | AdapterError,
): Promise<FactOf<'testBegan'>> {
  const { vmSize, region, keepMinutes } = request;
  const { policy } = run.revision;
  const smokeTest = {
    ...policy.smokeTest,
    ...(vmSize !== undefined && { vmSizes: [vmSize] }),
    ...(region !== undefined && { regions: [region] }),
  };
  const checkFile = request.checkFile ?? (await keepCheckFile(run.ports, smokeTest.checkFile));
  return {
    type: 'testBegan',
    imageVersionId: versionResourceId(run.definition, version.version),
    version: version.version,
    identity: identityOf(version),
    requestedBy: request.by,
    smokeTest,
    ...planOf(run, image, version, { ...policy, smokeTest }),
    ...(checkFile && { checkFile }),
    ...(keepMinutes !== undefined && { keepMinutes }),
  };
}
