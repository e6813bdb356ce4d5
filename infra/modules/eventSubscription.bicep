// One event subscription of a system topic: to a function or, where that has no public address, to a queue by identity.
// Dead letters by identity in any case.
param name string
param topicName string
@description('One value of infra/eventSubscriptions.json.')
param settings object
param functionAppId string
@description('Queue to deliver to. Empty: to the function.')
param queueId string
param storageAccountId string
param identityId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource eventSubscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: name
  properties: {
    destination: empty(queueId)
      ? {
          endpointType: 'AzureFunction'
          properties: {
            resourceId: '${functionAppId}/functions/${settings.functionName}'
            maxEventsPerBatch: 1
            preferredBatchSizeInKilobytes: 64
          }
        }
      : null
    deliveryWithResourceIdentity: empty(queueId)
      ? null
      : {
          identity: {
            type: 'UserAssigned'
            userAssignedIdentity: identityId
          }
          destination: {
            endpointType: 'ServiceBusQueue'
            properties: { resourceId: queueId }
          }
        }
    eventDeliverySchema: settings.eventDeliverySchema
    filter: settings.filter
    retryPolicy: settings.retryPolicy
    deadLetterWithResourceIdentity: {
      identity: {
        type: 'UserAssigned'
        userAssignedIdentity: identityId
      }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: storageAccountId
          blobContainerName: settings.deadLetterContainer
        }
      }
    }
  }
}
