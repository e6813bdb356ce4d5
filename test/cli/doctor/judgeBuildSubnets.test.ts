import { expect, test } from 'vitest';
import { judgeBuildSubnets } from '../../../cli/doctor/judgeBuildSubnets.ts';

const subnet = (properties: object) => ({ status: 200, body: { id: '/s', properties } });
const delegatedTo = (serviceName: string) => subnet({ delegations: [{ properties: { serviceName } }] });
const containers = delegatedTo('Microsoft.ContainerInstance/containerGroups');
const plain = subnet({ privateLinkServiceNetworkPolicies: 'Enabled' });

test.each([
  ['alone, with its policies off', subnet({ privateLinkServiceNetworkPolicies: 'Disabled' }), undefined, []],
  [
    'alone, with its policies on',
    plain,
    undefined,
    ['its network policies refuse the private link service of a build'],
  ],
  ['with one for containers', plain, containers, []],
  [
    'with one for containers that nobody delegated',
    plain,
    plain,
    ['it is not delegated to Microsoft.ContainerInstance/containerGroups'],
  ],
  [
    'that is delegated itself',
    containers,
    containers,
    ['it is delegated to Microsoft.ContainerInstance/containerGroups'],
  ],
])('a subnet for builds %s', (_, build, container, missing) => {
  const found = judgeBuildSubnets(build, container);

  expect(found.filter(({ level }) => level === 'missing').map(({ message }) => message)).toEqual(missing);
});

test('what Azure does not tell is neither well nor ill', () => {
  expect(judgeBuildSubnets({ status: 403, body: {} }, undefined)).toMatchObject([{ level: 'unknown' }]);
});
