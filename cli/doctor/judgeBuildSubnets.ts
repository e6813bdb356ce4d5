import { z } from 'zod';
import { type Finding, missing, ok } from './finding.ts';
import { isFinding, readAnswer } from './judge.ts';
import type { Answer } from './resourceManager.ts';

/** What the container of a build runs in. */
const containers = 'Microsoft.ContainerInstance/containerGroups';

const subnet = z.object({
  id: z.string(),
  properties: z.object({
    privateLinkServiceNetworkPolicies: z.string().optional(),
    delegations: z.array(z.object({ properties: z.object({ serviceName: z.string() }) })).default([]),
  }),
});

/**
 * The subnets that are given to Azure VM Image Builder. Where the container has none of its own, Azure puts a private link
 * service into the one of the build VM, which its network policies must not forbid
 * (learn.microsoft.com/azure/virtual-machines/linux/image-builder-networking).
 */
export function judgeBuildSubnets(build: Answer, container: Answer | undefined): Finding[] {
  return [...judgeBuild(build, container !== undefined), ...(container ? judgeContainer(container) : [])];
}

function judgeBuild(answer: Answer, hasContainerSubnet: boolean): Finding[] {
  const subject = 'subnet for builds';
  const found = readAnswer(subject, answer, subnet);
  if (isFinding(found)) return [found];
  const { delegations, privateLinkServiceNetworkPolicies: policies } = found.properties;
  const findings = delegations.map(({ properties }) =>
    missing(
      subject,
      `it is delegated to ${properties.serviceName}`,
      'the build VM needs a subnet that is not delegated',
    ),
  );
  if (!hasContainerSubnet && policies !== 'Disabled')
    findings.push(
      missing(
        subject,
        'its network policies refuse the private link service of a build',
        `az network vnet subnet update --ids ${found.id} --private-link-service-network-policies Disabled, or give the container a subnet`,
      ),
    );
  return findings.length > 0 ? findings : [ok(subject, 'Image Builder can build there')];
}

function judgeContainer(answer: Answer): Finding[] {
  const subject = 'subnet for build containers';
  const found = readAnswer(subject, answer, subnet);
  if (isFinding(found)) return [found];
  const isDelegated = found.properties.delegations.some(
    ({ properties }) => properties.serviceName.toLowerCase() === containers.toLowerCase(),
  );
  if (isDelegated) return [ok(subject, `it is delegated to ${containers}`)];
  const remedy = `az network vnet subnet update --ids ${found.id} --delegations ${containers}`;
  return [missing(subject, `it is not delegated to ${containers}`, remedy)];
}
