// What the service may do in the resource group that this is deployed to.
param roleDefinitionId string
param servicePrincipalId string

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, servicePrincipalId, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
  }
}
