// The events of an Azure subscription or of a resource group. Azure has one system topic for each source.
param name string
param tags object
param source string
@allowed(['Microsoft.Resources.Subscriptions', 'Microsoft.Resources.ResourceGroups'])
param topicType string
param identityId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    source: source
    topicType: topicType
  }
}

output id string = topic.id
output name string = topic.name
