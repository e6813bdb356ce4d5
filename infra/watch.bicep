// Once for each further Azure subscription that holds galleries: its events go to the service, which gets its role on the
// galleries there. Deployed to that subscription, after main.bicep and the code; docs/deploy.md has the command.
targetScope = 'subscription'

@description('Name of the deployment that watches.')
param environmentName string

@description('Region of the resource group for the system topic.')
param location string

@description('Resource ids of the galleries to watch in this Azure subscription, separated by commas.')
@minLength(1)
param galleries string

param resourceGroupName string = 'rg-${environmentName}-watch'

@description('IMPRIMATUR_SERVICE_PRINCIPAL_ID of the service, as azd env get-values shows it; the others likewise.')
param servicePrincipalId string
param eventsIdentityId string
param functionAppId string
param storageAccountId string
@description('Queue that events go to instead of the function. Empty: to the function.')
param eventQueueId string = ''

var roles = loadJsonContent('roles.json')
var settings = loadJsonContent('eventSubscriptions.json')
var galleryIds = map(split(galleries, ','), id => trim(id))
var tags = { 'imprimatur-instance': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2021-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module topic 'modules/systemTopic.bicep' = {
  name: '${environmentName}-watch-topic'
  scope: group
  params: {
    name: 'evgt-${environmentName}-watch'
    tags: tags
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
    identityId: eventsIdentityId
  }
}

module imageEvents 'modules/eventSubscription.bicep' = {
  name: '${environmentName}-watch-events'
  scope: group
  params: {
    name: 'imageEvents'
    topicName: topic.outputs.name
    settings: settings.imageEvents
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    queueId: eventQueueId
    identityId: eventsIdentityId
  }
}

module galleryRole 'modules/customRole.bicep' = {
  name: '${environmentName}-watch-role'
  params: { environmentName: environmentName, role: roles.imageGallery }
}

module imageUsesRole 'modules/customRole.bicep' = {
  name: '${environmentName}-watch-uses-role'
  params: { environmentName: environmentName, role: roles.imageUses }
}

module imageUsesAccess 'modules/subscriptionAccess.bicep' = {
  name: '${environmentName}-watch-uses-access'
  params: {
    environmentName: environmentName
    roleDefinitionId: imageUsesRole.outputs.id
    servicePrincipalId: servicePrincipalId
  }
}

module galleryAccess 'modules/galleryAccess.bicep' = [
  for (id, index) in galleryIds: {
    scope: resourceGroup(split(id, '/')[4])
    name: '${environmentName}-watch-access-${index}'
    params: {
      galleryName: last(split(id, '/'))
      roleDefinitionId: galleryRole.outputs.id
      servicePrincipalId: servicePrincipalId
    }
  }
]
