/** What a request path points at: a resource, a collection of resources, or an action on a resource. */
export interface Target {
  subscriptionId: string;
  resourceGroup: string;
  /** In Azure's spelling, however the path was spelt. */
  type: string;
  /** Empty for a collection. */
  name: string;
  /** ARM id in Azure's spelling; names as they were sent. */
  id: string;
  /** The id, lower-cased: what the resource is stored under. */
  key: string;
  /** What follows the resource: "instanceView", "restart". Azure's own spelling is the caller's. */
  action?: string;
}

const types = [
  'Microsoft.Compute/galleries',
  'Microsoft.Compute/galleries/images',
  'Microsoft.Compute/galleries/images/versions',
  'Microsoft.Compute/images',
  'Microsoft.Compute/disks',
  'Microsoft.Compute/virtualMachines',
  'Microsoft.Compute/virtualMachines/runCommands',
  'Microsoft.Compute/virtualMachineScaleSets',
  'Microsoft.EventGrid/systemTopics',
  'Microsoft.EventGrid/systemTopics/eventSubscriptions',
  'Microsoft.Network/networkInterfaces',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/publicIPAddresses',
  'Microsoft.Network/virtualNetworks',
  'Microsoft.Network/virtualNetworks/subnets',
  'Microsoft.Resources/deployments',
];
const spelling = new Map(types.map((type) => [type.toLowerCase(), type]));

/** Reads a path in any case, with doubled or trailing slashes. */
export function parseTarget(path: string): Target {
  const segments = path.split('/').filter(Boolean).map(decodeURIComponent);
  const provider = segments.findIndex((segment) => segment.toLowerCase() === 'providers');
  const scope = provider < 0 ? segments : segments.slice(0, provider);
  const [subscriptionId = '', resourceGroup = ''] = [scope[1], scope[3]];
  const base = `/subscriptions/${subscriptionId}${scope.length > 2 ? '/resourceGroups' : ''}${resourceGroup && `/${resourceGroup}`}`;
  if (provider < 0) {
    const [type, name] = scope.length > 2 ? ['resourceGroups', resourceGroup] : ['subscriptions', subscriptionId];
    return {
      subscriptionId,
      resourceGroup,
      type: `Microsoft.Resources/${type}`,
      name,
      id: base,
      key: base.toLowerCase(),
      ...(scope[4] && { action: scope[4] }),
    };
  }
  return { subscriptionId, resourceGroup, ...parseProvider(base, segments.slice(provider + 1)) };
}

function parseProvider(
  base: string,
  [namespace = '', ...rest]: string[],
): Omit<Target, 'subscriptionId' | 'resourceGroup'> {
  let type = namespace;
  let id = `${base}/providers/${spelledNamespace(namespace)}`;
  let name = '';
  for (let index = 0; index < rest.length; index += 2) {
    const segment = rest[index] ?? '';
    const spelled = spelling.get(`${type}/${segment}`.toLowerCase());
    if (!spelled) {
      return { type: index ? type : `${type}/${segment}`, ...named(name, id), action: rest.slice(index).join('/') };
    }
    type = spelled;
    name = rest[index + 1] ?? '';
    id += `/${type.slice(type.lastIndexOf('/') + 1)}${name && `/${name}`}`;
  }
  return { type, ...named(name, id) };
}

const named = (name: string, id: string) => ({ name, id, key: id.toLowerCase() });

function spelledNamespace(namespace: string): string {
  const known = types.find((type) => type.toLowerCase().startsWith(`${namespace.toLowerCase()}/`));
  return known ? known.slice(0, known.indexOf('/')) : namespace;
}
