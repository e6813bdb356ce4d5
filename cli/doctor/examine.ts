import type { Finding } from './finding.ts';
import {
  judgeGallery,
  judgePolicies,
  judgeProviders,
  judgeQuota,
  judgeRights,
  judgeSubnet,
  judgeTopics,
} from './judge.ts';
import { judgeBuildSubnets } from './judgeBuildSubnets.ts';
import type { Ask } from './resourceManager.ts';

export interface Plan {
  subscriptionId: string;
  environmentName: string;
  galleries: string[];
  regions: string[];
  /** Resource ids of what Image Builder is given, if anything. */
  buildSubnet?: string | undefined;
  containerSubnet?: string | undefined;
}

/** What a deployment does that not everybody may. */
const deploymentActions = [
  'Microsoft.Resources/deployments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.EventGrid/systemTopics/write',
];

/** One VM of two cores at a time is the least that a smoke test needs. */
const coresNeeded = 2;

/** Looks at everything that a deployment needs, and changes nothing. */
export async function examine(ask: Ask, plan: Plan): Promise<Finding[]> {
  const { subscriptionId, environmentName, galleries, regions } = plan;
  const subscription = `/subscriptions/${subscriptionId}`;
  const looks: Promise<Finding[]>[] = [
    ask('GET', `${subscription}/providers?api-version=2021-04-01`).then(judgeProviders),
    ask('GET', `${subscription}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`).then((answer) =>
      judgeRights(
        'your rights in the Azure subscription',
        answer,
        deploymentActions,
        'be Owner, or Contributor with Role Based Access Control Administrator',
      ),
    ),
    ask('GET', `${subscription}/providers/Microsoft.EventGrid/systemTopics?api-version=2025-02-15`).then((answer) =>
      judgeTopics(subscriptionId, `evgt-${environmentName}-subscription`, answer),
    ),
    ...galleries.map((id) => ask('GET', `${id}?api-version=2025-03-03`).then((answer) => judgeGallery(id, answer))),
    ...regions.flatMap((region) => [
      ask('GET', `${subscription}/providers/Microsoft.Compute/locations/${region}/usages?api-version=2024-07-01`).then(
        (answer) => judgeQuota(region, answer, coresNeeded),
      ),
      ask('GET', `${subnetId(plan, region)}?api-version=2024-05-01`).then((answer) => judgeSubnet(region, answer)),
      ask('POST', `${subscription}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions?api-version=2022-03-01`, {
        resourceDetails: { apiVersion: '2024-07-01', resourceContent: smokeTestVm(plan, region) },
      }).then((answer) => judgePolicies(region, answer)),
    ]),
    ...(plan.buildSubnet ? [lookAtBuildSubnets(ask, plan.buildSubnet, plan.containerSubnet)] : []),
  ];
  return (await Promise.all(looks)).flat();
}

async function lookAtBuildSubnets(ask: Ask, build: string, container: string | undefined): Promise<Finding[]> {
  const look = (id: string) => ask('GET', `${id}?api-version=2024-05-01`);
  return judgeBuildSubnets(await look(build), container === undefined ? undefined : await look(container));
}

/** As infra/main.bicep names it. */
export function smokeTestGroup({ subscriptionId, environmentName }: Plan): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/rg-${environmentName}-smoke-tests`;
}

/** As infra/main.bicep names it. */
export function subnetId(plan: Plan, region: string): string {
  return `${smokeTestGroup(plan)}/providers/Microsoft.Network/virtualNetworks/vnet-${region}/subnets/smoke-tests`;
}

/** What of the VM policies commonly look at. */
function smokeTestVm(plan: Plan, region: string): object {
  const ipConfiguration = { name: 'ip', properties: { primary: true, subnet: { id: subnetId(plan, region) } } };
  return {
    type: 'Microsoft.Compute/virtualMachines',
    name: 'imp-doctor',
    location: region,
    tags: {},
    properties: {
      hardwareProfile: { vmSize: 'Standard_D2s_v5' },
      networkProfile: {
        networkApiVersion: '2022-11-01',
        networkInterfaceConfigurations: [
          { name: 'nic', properties: { primary: true, ipConfigurations: [ipConfiguration] } },
        ],
      },
    },
  };
}
