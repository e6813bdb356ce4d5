// Queues, the topic and its team subscriptions, from infra/serviceBus.json. Nobody can sign in with a key.
param name string
param location string
param tags object
param teams string[]
param servicePrincipalId string
param eventsPrincipalId string
param teamsPrincipalId string
@description('Only private endpoints and trusted services of Azure get in. Only Premium can do that.')
param isPrivate bool

var entities = loadJsonContent('../serviceBus.json')
var dataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
var dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
var dataOwner = '090c5cfd-751d-490a-894a-3ce6f1109419'
var accessAdministrator = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  // Basic has neither sessions nor topics.
  sku: isPrivate ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

// Event Grid is a trusted service: with this and its identity it gets in where nobody else does.
resource firewall 'Microsoft.ServiceBus/namespaces/networkRuleSets@2024-01-01' = if (isPrivate) {
  parent: namespace
  name: 'default'
  properties: {
    publicNetworkAccess: 'Disabled'
    defaultAction: 'Deny'
    trustedServiceAccessEnabled: true
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

resource eventsSend 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queues[indexOf(map(entities.queues, queue => queue.name), 'image-events')]
  name: guid(namespace.id, 'image-events', eventsPrincipalId, dataSender)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
    principalId: eventsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Owner of the topic is the least built-in role that may make subscriptions and rules through the namespace.
resource teamsManage 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topics[0]
  name: guid(topics[0].id, teamsPrincipalId, dataOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataOwner)
    principalId: teamsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// What a team's subscription forwards is sent by whoever set that up.
resource teamsForward 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queues[indexOf(map(entities.queues, queue => queue.name), 'deliveries')]
  name: guid(namespace.id, 'deliveries', teamsPrincipalId, dataSender)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
    principalId: teamsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// And to let a team receive from its own: that one role, below this topic, and no other.
resource teamsGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topics[0]
  name: guid(topics[0].id, teamsPrincipalId, accessAdministrator)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', accessAdministrator)
    principalId: teamsPrincipalId
    principalType: 'ServicePrincipal'
    conditionVersion: '2.0'
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${dataReceiver}})) AND ((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${dataReceiver}}))'
  }
}

output id string = namespace.id
output fullyQualifiedNamespace string = replace(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
