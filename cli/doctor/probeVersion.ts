import { z } from 'zod';
import { describeRefusal, ProbeError, type ThrowAway } from './throwAway.ts';

export interface ProbePlan {
  /** Resource group in which everything is made and deleted again. */
  resourceGroup: string;
  subnetId: string;
  region: string;
  vmSize: string;
  /** Resource id of an image version that boots; it is only read. */
  source: string;
  /** Part of the throw-away names: lower-case letters and digits. */
  suffix: string;
  adminPassword: string;
}

export interface ProbeVersion {
  id: string;
  definitionId: string;
  region: string;
  osType: 'Linux' | 'Windows';
}

const definitionBody = z.object({
  properties: z.object({
    osType: z.enum(['Linux', 'Windows']),
    hyperVGeneration: z.string().optional(),
    architecture: z.string().optional(),
    features: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  }),
});

/** A gallery, a definition like that of the source, and its first version: visible, and still replicating. */
export async function makeVersion(throwAway: ThrowAway, plan: ProbePlan): Promise<ProbeVersion> {
  const { region: location, suffix, source } = plan;
  const answer = await throwAway.send('GET', source.replace(/\/versions\/[^/]+$/, ''));
  const definition = definitionBody.safeParse(answer.body);
  if (!definition.success) throw new ProbeError(`--source ${source}: ${describeRefusal(answer)}`);
  const { properties } = definition.data;

  const galleryId = `${plan.resourceGroup}/providers/Microsoft.Compute/galleries/impprobe${suffix}`;
  await throwAway.make(galleryId, { location, properties: {} });
  const definitionId = `${galleryId}/images/probe`;
  const identifier = { publisher: 'imprimatur', offer: 'probe', sku: suffix };
  await throwAway.make(definitionId, {
    location,
    properties: { ...properties, osState: 'Generalized', identifier },
  });
  const id = `${definitionId}/versions/1.0.0`;
  await putVersion(throwAway, plan, id, false);
  return { id, definitionId, region: location, osType: properties.osType };
}

/** Begins a version of the source; it replicates for a while. */
export async function putVersion(
  throwAway: ThrowAway,
  { region: location, source }: ProbePlan,
  id: string,
  excludeFromLatest: boolean,
): Promise<void> {
  const created = await throwAway.begin(id, {
    location,
    properties: {
      publishingProfile: { excludeFromLatest, targetRegions: [{ name: location }] },
      storageProfile: { source: { id: source } },
    },
  });
  if (created.status >= 300) throw new ProbeError(`Azure did not make a version: ${describeRefusal(created)}`);
}
