import { createRestError } from '@azure-rest/core-client';
import * as z from 'zod';
import { AdapterError } from '../errors.ts';
import type { SmokeTestResource } from '../ports.ts';
import type { ResourceManager } from './createResourceManager.ts';

export const networkApiVersion = '2022-11-01';

interface Found {
  id?: string | undefined;
  name?: string | undefined;
  tags?: Record<string, string> | undefined;
  timeCreated?: Date | undefined;
  managedBy?: string | undefined;
}

const interfacePage = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      tags: z.record(z.string(), z.string()).optional(),
      properties: z.object({ virtualMachine: z.object({ id: z.string() }).nullish() }).nullish(),
    }),
  ),
  nextLink: z.string().nullish(),
});

/** VMs, network interfaces and disks of the smoke-test resource group, with what decides whether they may stay. */
export async function listGroupResources(
  { compute, rest }: ResourceManager,
  { subscriptionId, resourceGroup }: { subscriptionId: string; resourceGroup: string },
  abortSignal: AbortSignal,
): Promise<SmokeTestResource[]> {
  const { virtualMachines, disks } = compute(subscriptionId);
  const found: SmokeTestResource[] = [];
  for await (const vm of virtualMachines.list(resourceGroup, { abortSignal })) {
    found.push(toResource('virtualMachine', vm));
  }
  for await (const disk of disks.listByResourceGroup(resourceGroup, { abortSignal })) {
    found.push(toResource('disk', disk));
  }
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/networkInterfaces`;
  let next: string | null | undefined = `${path}?api-version=${networkApiVersion}`;
  while (next) {
    const response = await rest.pathUnchecked(next).get({ abortSignal });
    if (response.status !== '200') throw createRestError(response);
    const page = interfacePage.safeParse(response.body);
    if (!page.success) {
      const details = { code: 'UnexpectedAnswer', retryable: false };
      throw new AdapterError(`unexpected list of network interfaces: ${z.prettifyError(page.error)}`, details);
    }
    for (const { properties, ...nic } of page.data.value) {
      found.push(toResource('networkInterface', { ...nic, managedBy: properties?.virtualMachine?.id }));
    }
    next = page.data.nextLink;
  }
  return found;
}

function toResource(kind: SmokeTestResource['kind'], { id = '', name = '', ...rest }: Found): SmokeTestResource {
  const expiresAt = Date.parse(rest.tags?.expiresAt ?? '');
  return {
    id,
    kind,
    name,
    ...(!Number.isNaN(expiresAt) && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(rest.timeCreated && { createdAt: rest.timeCreated.toISOString() }),
    ...(rest.managedBy && { attachedTo: rest.managedBy }),
  };
}
