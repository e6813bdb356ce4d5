// What the service may do in the whole Azure subscription.
targetScope = 'subscription'

param environmentName string
param roleDefinitionId string
param servicePrincipalId string

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, environmentName, servicePrincipalId, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
  }
}
