// Queues, the topic and its team subscriptions, from infra/serviceBus.json. Nobody can sign in with a key.
param name string
param location string
param tags object
param teams string[]
param servicePrincipalId string

var entities = loadJsonContent('../serviceBus.json')
var dataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
var dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  // Basic has neither sessions nor topics.
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in entities.queues: {
    parent: namespace
    name: queue.name
    properties: {
      requiresSession: queue.requiresSession
      requiresDuplicateDetection: queue.requiresDuplicateDetection
      duplicateDetectionHistoryTimeWindow: queue.duplicateDetectionHistoryTimeWindow
      lockDuration: queue.lockDuration
      maxDeliveryCount: queue.maxDeliveryCount
      defaultMessageTimeToLive: queue.defaultMessageTimeToLive
      deadLetteringOnMessageExpiration: queue.deadLetteringOnMessageExpiration
    }
  }
]

resource topics 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = [
  for topic in entities.topics: {
    parent: namespace
    name: topic.name
    properties: {
      requiresDuplicateDetection: topic.requiresDuplicateDetection
      duplicateDetectionHistoryTimeWindow: topic.duplicateDetectionHistoryTimeWindow
      defaultMessageTimeToLive: topic.defaultMessageTimeToLive
    }
  }
]

resource teamSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for team in teams: {
    parent: topics[0]
    name: team
    properties: {
      lockDuration: entities.teamSubscription.lockDuration
      maxDeliveryCount: entities.teamSubscription.maxDeliveryCount
      defaultMessageTimeToLive: entities.teamSubscription.defaultMessageTimeToLive
      deadLetteringOnMessageExpiration: entities.teamSubscription.deadLetteringOnMessageExpiration
      deadLetteringOnFilterEvaluationExceptions: entities.teamSubscription.deadLetteringOnFilterEvaluationExceptions
    }
  }
]

resource serviceAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [dataSender, dataReceiver]: {
    scope: namespace
    name: guid(namespace.id, servicePrincipalId, role)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: servicePrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

output id string = namespace.id
output fullyQualifiedNamespace string = replace(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
