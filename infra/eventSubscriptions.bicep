// Event Grid refuses a destination that is not there: this runs after the code is deployed. azure.yaml calls it.
targetScope = 'subscription'

param resourceGroupName string
param smokeTestResourceGroupName string
param subscriptionTopicName string
param smokeTestTopicName string
param functionAppId string
param storageAccountId string
param eventsIdentityId string
@description('Queue that events go to instead of the function. Empty: to the function.')
param eventQueueId string = ''

var settings = loadJsonContent('eventSubscriptions.json')

module imageEvents 'modules/eventSubscription.bicep' = {
  scope: resourceGroup(resourceGroupName)
  name: '${subscriptionTopicName}-events'
  params: {
    name: 'imageEvents'
    topicName: subscriptionTopicName
    settings: settings.imageEvents
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    queueId: eventQueueId
    identityId: eventsIdentityId
  }
}

module smokeTestEvents 'modules/eventSubscription.bicep' = {
  scope: resourceGroup(smokeTestResourceGroupName)
  name: '${smokeTestTopicName}-events'
  params: {
    name: 'smokeTestEvents'
    topicName: smokeTestTopicName
    settings: settings.smokeTestEvents
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    queueId: eventQueueId
    identityId: eventsIdentityId
  }
}
