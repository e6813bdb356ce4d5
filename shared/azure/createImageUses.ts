import * as z from 'zod';
import { definitionResourceId, versionResourceId } from '../domain/ids.ts';
import type { ImageUse } from '../domain/imageUse.ts';
import { AdapterError } from '../errors.ts';
import type { ImageUses } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import type { ResourceManager } from './createResourceManager.ts';

const vms = "type in~ ('microsoft.compute/virtualmachines', 'microsoft.compute/virtualmachinescalesets')";
/** Instances of scale sets in uniform orchestration are in a table of their own. */
const instances = "type =~ 'microsoft.compute/virtualmachinescalesets/virtualmachines'";
const users = z.array(z.object({ id: z.string() }));
const subscriptions = z.array(z.object({ subscriptionId: z.string() }));

/**
 * Asks Azure Resource Graph. It answers only what its caller may read, and says nothing of what it left out: so the
 * Azure subscriptions are asked for too. Its data may be some minutes old.
 */
export function createImageUses({ resourceGraph }: Pick<ResourceManager, 'resourceGraph'>): ImageUses {
  const ask = async <T>(query: string, rows: z.ZodType<T>): Promise<T> => {
    const answer = await callAzure('query Azure Resource Graph', (abortSignal) =>
      resourceGraph.resources({ query, options: { resultFormat: 'objectArray' } }, { abortSignal }),
    );
    const parsed = rows.safeParse(answer.data);
    if (parsed.success && answer.resultTruncated !== 'true') return parsed.data;
    const message = `Azure Resource Graph answered ${parsed.success ? 'a part' : 'something else than rows'}: ${query}`;
    throw new AdapterError(message, { code: 'UnexpectedAnswer', retryable: false });
  };
  return {
    async find(definition, version, needed): Promise<ImageUse> {
      const isUsed = usesOf(definitionResourceId(definition), versionResourceId(definition, version), version);
      const seen = await ask(
        "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project subscriptionId",
        subscriptions,
      );
      const visible = seen.map(({ subscriptionId }) => subscriptionId.toLowerCase());
      const hidden = [definition.subscriptionId, ...needed].filter((id) => !visible.includes(id.toLowerCase()));
      if (hidden.length > 0) return { kind: 'unknown', reason: `VMs of ${hidden.join(', ')} cannot be seen` };
      const found = [
        ...(await ask(`resources | where ${vms} ${isUsed}`, users)),
        ...(await ask(`computeresources | where ${instances} ${isUsed}`, users)),
      ];
      return found.length > 0 ? { kind: 'used', by: found.map(({ id }) => id) } : { kind: 'unused' };
    },
  };
}

/**
 * A VM names the version, or the image definition: then Azure keeps the version that it picked in `exactVersion`, and one
 * that says nothing counts as a user. The model of a scale set that names the definition picks anew: it uses none.
 */
function usesOf(definitionId: string, versionId: string, version: string): string {
  const [of, exact] = [versionId.toLowerCase(), definitionId.toLowerCase()];
  return [
    '| extend ofVm = tolower(tostring(properties.storageProfile.imageReference.id))',
    ', ofScaleSet = tolower(tostring(properties.virtualMachineProfile.storageProfile.imageReference.id))',
    ', exactVersion = tostring(properties.storageProfile.imageReference.exactVersion)',
    `| where ofVm == '${of}' or ofScaleSet == '${of}'`,
    ` or (ofVm == '${exact}' and exactVersion in ('${version}', ''))`,
    ' | project id',
  ].join('');
}
