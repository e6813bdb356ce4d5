import type { FactOf } from '../domain/facts.ts';
import { definitionResourceId } from '../domain/ids.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { Policy } from '../domain/policy.ts';
import { AdapterError } from '../errors.ts';
import { testPlan } from '../smokeTest/testPlan.ts';
import type { Run } from './run.ts';

/** The image definition as it is, or why it cannot be read; undefined to try again later. */
export async function readDefinition(run: Run): Promise<ImageDefinition | AdapterError | undefined> {
  const { ports, definition } = run;
  if (run.image) return run.image;
  try {
    const image = await ports.galleries.getDefinition(definition);
    if (image) run.image = image;
    if (image) return image;
    // Deleted since it was listed, or not yet seen by every part of Azure: the next step knows.
    const message = `${definitionResourceId(definition)} was listed, and is not found`;
    ports.log.warn(message);
    run.problem = new AdapterError(message, { code: 'ResourceNotFound', retryable: true });
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    if (!error.retryable) return error;
    run.problem = error;
  }
  return undefined;
}

/** A version whose definition cannot be understood is detected all the same: it has to be held. */
export function planOf(
  { ports }: Run,
  image: ImageDefinition | AdapterError | undefined,
  version: ImageVersion,
  policy: Policy,
): Pick<FactOf<'versionDetected'>, 'osType' | 'testPlan' | 'leftOut' | 'planProblem'> {
  if (image === undefined || image instanceof AdapterError)
    return { testPlan: [], planProblem: `the image definition cannot be read: ${image?.message ?? 'not found'}` };
  const plan = testPlan(image, version, policy, ports.smokeTestVms.regions);
  return {
    osType: image.osType,
    testPlan: plan.configurations,
    ...(plan.leftOut.length > 0 && { leftOut: plan.leftOut }),
    ...(plan.problem !== undefined && { planProblem: plan.problem }),
  };
}
