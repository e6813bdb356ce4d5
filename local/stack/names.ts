/** The names of the one subscription, gallery and service that local Azure holds from the start. */
export const subscriptionId = '11111111-1111-1111-1111-111111111111';
export const tenantId = '22222222-2222-2222-2222-222222222222';
/** Name of the service's instance. */
export const instance = 'local';
export const location = 'westeurope';
export const regions = ['westeurope', 'northeurope'];
export const resourceGroup = 'rg-images';
export const smokeTestGroup = 'rg-smoke-tests';
export const gallery = 'corpGallery';
export const definitions = ['ubuntu-2404', 'debian-12'];
export const storageAccount = 'devstoreaccount1';
export const eventTopic = 'subscription';

const group = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
export const smokeTestGroupId = group(smokeTestGroup);
export const galleryId = `${group(resourceGroup)}/providers/Microsoft.Compute/galleries/${gallery}`;

export function managedImageId(guest: string): string {
  return `${group(resourceGroup)}/providers/Microsoft.Compute/images/${guest}`;
}

export function subnetId(region: string): string {
  return `${smokeTestGroupId}/providers/Microsoft.Network/virtualNetworks/vnet-${region}/subnets/smoke-tests`;
}

export const serviceBusNamespaceId = `${group(resourceGroup)}/providers/Microsoft.ServiceBus/namespaces/sb-local`;

export const keyVaultId = `${group(resourceGroup)}/providers/Microsoft.KeyVault/vaults/kv-local`;

/** Who signs in: the service itself, and people in front of it. */
export const principals = {
  service: { clientId: '33333333-3333-3333-3333-000000000001', objectId: '44444444-4444-4444-4444-000000000001' },
  imageBuilder: { clientId: '33333333-3333-3333-3333-000000000002', objectId: '44444444-4444-4444-4444-000000000002' },
  teamAdministration: {
    clientId: '33333333-3333-3333-3333-000000000005',
    objectId: '44444444-4444-4444-4444-000000000005',
  },
  operator: { clientId: '33333333-3333-3333-3333-000000000004', objectId: '44444444-4444-4444-4444-000000000004' },
  team: { clientId: '33333333-3333-3333-3333-000000000006', objectId: '44444444-4444-4444-4444-000000000006' },
  auditor: { clientId: '33333333-3333-3333-3333-000000000003', objectId: '44444444-4444-4444-4444-000000000003' },
} as const;

/** Audience of tokens for the HTTP API, and the only one that its sign-in accepts. */
export const apiAudience = 'api://imprimatur';

/** Keys of the local Functions host. They open nothing but loopback. */
export const hostKeys = {
  master: 'local-master-key',
  function: 'local-function-key',
  eventGrid: 'local-event-grid-key',
};

/** The value of IDENTITY_HEADER, which App Service would make up for every instance. */
export const identityHeader = 'local-identity-header';

/** As local identity knows them: names for people, app roles for tokens. */
export const localPrincipals = [
  { name: 'imprimatur', ...principals.service, roles: [], managedIdentity: 'userAssigned' },
  {
    name: 'imprimatur-teams',
    ...principals.teamAdministration,
    roles: [],
    managedIdentity: 'userAssigned',
  },
  { name: 'image-builder', ...principals.imageBuilder, roles: [] },
  { name: 'operator', ...principals.operator, roles: ['Imprimatur.Reader', 'Imprimatur.Operator'] },
  { name: 'team', ...principals.team, roles: ['Imprimatur.Team'] },
  { name: 'auditor', ...principals.auditor, roles: ['Imprimatur.Reader'] },
];
