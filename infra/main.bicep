// Everything that Imprimatur needs in one Azure subscription, except the event subscriptions: these need the functions to
// be there, so eventSubscriptions.bicep makes them once the code is deployed.
targetScope = 'subscription'

@description('Name of this deployment: the instance that tags, announcements and resource names carry.')
@minLength(3)
@maxLength(20)
param environmentName string

@description('Region of everything but the smoke-test networks.')
param location string

@description('Resource ids of the galleries to watch, separated by commas. For those in other Azure subscriptions, watch.bicep follows.')
@minLength(1)
param galleries string

@description('Regions to launch smoke tests in, as short names (westeurope), separated by commas. Empty: where the rest is.')
param regions string = ''

@description('Versions created before this instant are left as they are. The instant is recorded once for each gallery, so a later deployment does not move it.')
param takeChargeAt string = utcNow('yyyy-MM-ddTHH:mm:ssZ')

@description('Version of the Node.js runtime. The bundle is built for it and tested on it: .ci/build.ts.')
param nodeVersion string = '24'

@description('How many instances of the app there are at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Names of the team subscriptions of the topic: who hears of image versions.')
param teams string = ''

@description('Days for which an audit log cannot be deleted or overwritten, from the last append to it.')
@minValue(1)
@maxValue(146000)
param auditRetentionDays int = 2557

@description('Set once the immutability policy of the audit logs is locked: from then on the template leaves it alone.')
param auditPolicyIsLocked bool = false

@description('Days after which evidence of smoke tests is deleted.')
@minValue(1)
param evidenceRetentionDays int = 365

@description('Client id of the app registration of the HTTP API. Without one nobody can be told apart, so the API is off.')
param apiClientId string = ''

@description('Networks that are not public and that webhooks of teams may be in, as CIDR, separated by commas. Empty: public addresses only.')
param webhookNetworks string = ''

@description('Object id of who may write the policy file. Empty: nobody is given that right here.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('Address space of each smoke-test network. The networks are not peered with anything, so all may have the same.')
param smokeTestAddressPrefix string = '10.250.0.0/24'

@description('Addresses that alarms and the budget write to, separated by commas. Empty: alarms are seen in the portal only.')
param alertEmails string = ''

@description('Expected cost of a month, in the currency of the invoice. Beyond 80 % of it, or with a forecast above it, the addresses above get a mail. 0: no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the month from which the budget counts. Azure takes no change of it: give the old value in later deployments.')
param budgetStartDate string = utcNow('yyyy-MM-01')

@description('Nothing of the service has a public address: private endpoints, Service Bus Premium, events by queue. Deploying code and reading the API then needs a machine in the network.')
param privateNetwork bool = false

@description('Address space of the private network, at least a /26.')
param privateNetworkAddressPrefix string = '10.251.0.0/26'

@description('Which Azure this is: names of its services differ. It follows from where the deployment runs.')
@allowed(['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'])
param cloud string = environment().name

param resourceGroupName string = 'rg-${environmentName}'
param smokeTestResourceGroupName string = 'rg-${environmentName}-smoke-tests'

var roles = loadJsonContent('roles.json')
var zones = loadJsonContent('clouds.json')[cloud].privateDnsZones
var tags = { 'azd-env-name': environmentName }
// Names of accounts and namespaces are public host names: they have to be free in all of Azure.
var suffix = toLower(uniqueString(subscription().id, environmentName, location))
var galleryIds = map(split(galleries, ','), id => trim(id))
var ownGalleryIds = filter(galleryIds, id => toLower(split(id, '/')[2]) == toLower(subscription().subscriptionId))
var regionNames = map(split(empty(regions) ? location : regions, ','), region => toLower(trim(region)))
var emails = filter(map(split(alertEmails, ','), email => trim(email)), email => !empty(email))
var subnetName = 'smoke-tests'
var smokeTestGroupId = '${subscription().id}/resourceGroups/${smokeTestResourceGroupName}'
var subnetIds = toObject(
  regionNames,
  region => region,
  region => '${smokeTestGroupId}/providers/Microsoft.Network/virtualNetworks/vnet-${region}/subnets/${subnetName}'
)

var names = {
  storage: 'stimp${suffix}'
  hostStorage: 'stimph${suffix}'
  serviceBus: 'sb-${environmentName}-${suffix}'
  keyVault: 'kv-imp-${suffix}'
  functionApp: 'func-${environmentName}-${suffix}'
}
var providers = '${subscription().id}/resourceGroups/${resourceGroupName}/providers'
var privateEndpoints = [
  { name: 'storage', kind: 'blob', targetId: '${providers}/Microsoft.Storage/storageAccounts/${names.storage}' }
  { name: 'host-storage', kind: 'blob', targetId: '${providers}/Microsoft.Storage/storageAccounts/${names.hostStorage}' }
  { name: 'service-bus', kind: 'namespace', targetId: '${providers}/Microsoft.ServiceBus/namespaces/${names.serviceBus}' }
  { name: 'key-vault', kind: 'vault', targetId: '${providers}/Microsoft.KeyVault/vaults/${names.keyVault}' }
  { name: 'app', kind: 'sites', targetId: '${providers}/Microsoft.Web/sites/${names.functionApp}' }
]

resource group 'Microsoft.Resources/resourceGroups@2021-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

// Belongs to the service alone: what is too old in it is deleted.
resource smokeTestGroup 'Microsoft.Resources/resourceGroups@2021-04-01' = {
  name: smokeTestResourceGroupName
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  name: '${environmentName}-identities'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: '${environmentName}-monitoring'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    servicePrincipalId: identities.outputs.servicePrincipalId
  }
}

module storage 'modules/storage.bicep' = {
  name: '${environmentName}-storage'
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    auditRetentionDays: auditRetentionDays
    auditPolicyIsLocked: auditPolicyIsLocked
    evidenceRetentionDays: evidenceRetentionDays
    servicePrincipalId: identities.outputs.servicePrincipalId
    eventsPrincipalId: identities.outputs.eventsPrincipalId
    policyAuthorId: principalId
    policyAuthorType: principalType
    isPrivate: privateNetwork
    allowedSubnetIds: map(regionNames, region => subnetIds[region])
  }
  dependsOn: [networks]
}

module hostStorage 'modules/hostStorage.bicep' = {
  name: '${environmentName}-host-storage'
  scope: group
  params: {
    name: names.hostStorage
    location: location
    tags: tags
    servicePrincipalId: identities.outputs.servicePrincipalId
    isPrivate: privateNetwork
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  name: '${environmentName}-service-bus'
  scope: group
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    teams: empty(teams) ? [] : map(split(teams, ','), team => trim(team))
    servicePrincipalId: identities.outputs.servicePrincipalId
    eventsPrincipalId: identities.outputs.eventsPrincipalId
    teamsPrincipalId: identities.outputs.teamsPrincipalId
    isPrivate: privateNetwork
  }
}

module keyVault 'modules/keyVault.bicep' = {
  name: '${environmentName}-key-vault'
  scope: group
  params: {
    name: names.keyVault
    location: location
    tags: tags
    teamsPrincipalId: identities.outputs.teamsPrincipalId
    isPrivate: privateNetwork
  }
}

module network 'modules/privateNetwork.bicep' = if (privateNetwork) {
  name: '${environmentName}-private-network'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    addressPrefix: privateNetworkAddressPrefix
    zones: zones
  }
}

module endpoints 'modules/privateEndpoint.bicep' = [
  for endpoint in privateNetwork ? privateEndpoints : []: {
    name: '${environmentName}-endpoint-${endpoint.name}'
    scope: group
    params: {
      name: 'pe-${environmentName}-${endpoint.name}'
      location: location
      tags: tags
      subnetId: network!.outputs.endpointSubnetId
      targetId: endpoint.targetId
      kind: endpoint.kind
      zoneName: zones[endpoint.kind]
    }
    dependsOn: [storage, hostStorage, serviceBus, keyVault, functionApp]
  }
]

module functionApp 'modules/functionApp.bicep' = {
  name: '${environmentName}-function-app'
  scope: group
  params: {
    name: names.functionApp
    location: location
    tags: tags
    nodeVersion: nodeVersion
    maximumInstanceCount: maximumInstanceCount
    identityId: identities.outputs.serviceId
    identityClientId: identities.outputs.serviceClientId
    hostBlobServiceUri: hostStorage.outputs.blobServiceUri
    deploymentContainerUri: hostStorage.outputs.deploymentContainerUri
    blobServiceUri: storage.outputs.blobServiceUri
    serviceBusNamespace: serviceBus.outputs.fullyQualifiedNamespace
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    apiClientId: apiClientId
    instance: environmentName
    galleries: join(galleryIds, ',')
    takeChargeAt: takeChargeAt
    smokeTestGroupId: smokeTestGroup.id
    smokeTestSubnets: string(subnetIds)
    teamsIdentityId: identities.outputs.teamsId
    teamsIdentityClientId: identities.outputs.teamsClientId
    serviceBusNamespaceId: serviceBus.outputs.id
    keyVaultUri: keyVault.outputs.uri
    webhookNetworks: webhookNetworks
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
  }
}

module networks 'modules/smokeTestNetwork.bicep' = [
  for region in regionNames: {
    scope: smokeTestGroup
    name: '${environmentName}-network-${region}'
    params: {
      region: region
      tags: tags
      addressPrefix: smokeTestAddressPrefix
      subnetName: subnetName
      reachesPrivateStorage: privateNetwork
    }
  }
]

module subscriptionTopic 'modules/systemTopic.bicep' = {
  name: '${environmentName}-subscription-topic'
  scope: group
  params: {
    name: 'evgt-${environmentName}-subscription'
    tags: tags
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
    identityId: identities.outputs.eventsId
  }
}

module smokeTestTopic 'modules/systemTopic.bicep' = {
  name: '${environmentName}-smoke-test-topic'
  scope: smokeTestGroup
  params: {
    name: 'evgt-${environmentName}-smoke-tests'
    tags: tags
    source: smokeTestGroup.id
    topicType: 'Microsoft.Resources.ResourceGroups'
    identityId: identities.outputs.eventsId
  }
}

module alerts 'modules/alerts.bicep' = {
  name: '${environmentName}-alerts'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    serviceBusNamespaceId: serviceBus.outputs.id
    systemTopicIds: [subscriptionTopic.outputs.id, smokeTestTopic.outputs.id]
    emails: emails
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0 && !empty(emails)) {
  name: '${environmentName}-budget'
  params: {
    environmentName: environmentName
    amount: monthlyBudget
    startDate: budgetStartDate
    resourceGroupNames: [group.name, smokeTestGroup.name]
    emails: emails
  }
}

module galleryRole 'modules/customRole.bicep' = {
  name: '${environmentName}-gallery-role'
  params: { environmentName: environmentName, role: roles.imageGallery }
}

module smokeTestRole 'modules/customRole.bicep' = {
  name: '${environmentName}-smoke-test-role'
  params: { environmentName: environmentName, role: roles.smokeTests }
}

module operationsRole 'modules/customRole.bicep' = {
  name: '${environmentName}-operations-role'
  params: { environmentName: environmentName, role: roles.computeOperations }
}

module imageUsesRole 'modules/customRole.bicep' = {
  name: '${environmentName}-image-uses-role'
  params: { environmentName: environmentName, role: roles.imageUses }
}

// VMs that use an image can be anywhere in the Azure subscription; of further ones, watch.bicep.
module imageUsesAccess 'modules/subscriptionAccess.bicep' = {
  name: '${environmentName}-image-uses-access'
  params: {
    environmentName: environmentName
    roleDefinitionId: imageUsesRole.outputs.id
    servicePrincipalId: identities.outputs.servicePrincipalId
  }
}

module galleryAccess 'modules/galleryAccess.bicep' = [
  for (id, index) in ownGalleryIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    name: '${environmentName}-gallery-access-${index}'
    params: {
      galleryName: last(split(id, '/'))
      roleDefinitionId: galleryRole.outputs.id
      servicePrincipalId: identities.outputs.servicePrincipalId
    }
  }
]

module smokeTestAccess 'modules/groupAccess.bicep' = {
  name: '${environmentName}-smoke-test-access'
  scope: smokeTestGroup
  params: {
    roleDefinitionId: smokeTestRole.outputs.id
    servicePrincipalId: identities.outputs.servicePrincipalId
  }
}

// Operations of Compute are addressed below the Azure subscription and its region, in no resource group.
module operationsAccess 'modules/subscriptionAccess.bicep' = {
  name: '${environmentName}-operations-access'
  params: {
    environmentName: environmentName
    roleDefinitionId: operationsRole.outputs.id
    servicePrincipalId: identities.outputs.servicePrincipalId
  }
}

// What eventSubscriptions.bicep and watch.bicep take, by the names that azd gives its hooks.
output IMPRIMATUR_RESOURCE_GROUP string = group.name
output IMPRIMATUR_SMOKE_TEST_GROUP string = smokeTestGroup.name
output IMPRIMATUR_SUBSCRIPTION_TOPIC string = subscriptionTopic.outputs.name
output IMPRIMATUR_SMOKE_TEST_TOPIC string = smokeTestTopic.outputs.name
output IMPRIMATUR_FUNCTION_APP_ID string = functionApp.outputs.id
output IMPRIMATUR_STORAGE_ACCOUNT_ID string = storage.outputs.id
output IMPRIMATUR_EVENTS_IDENTITY_ID string = identities.outputs.eventsId
output IMPRIMATUR_EVENT_QUEUE_ID string = privateNetwork ? '${serviceBus.outputs.id}/queues/image-events' : ''
output IMPRIMATUR_SERVICE_PRINCIPAL_ID string = identities.outputs.servicePrincipalId

// For people.
output IMPRIMATUR_STORAGE_ACCOUNT string = storage.outputs.name
output IMPRIMATUR_API string = empty(apiClientId) ? '' : 'https://${functionApp.outputs.hostName}/api'
output IMPRIMATUR_SERVICE_BUS string = serviceBus.outputs.fullyQualifiedNamespace
