// What the service may do to one gallery.
param galleryName string
param roleDefinitionId string
param servicePrincipalId string

resource gallery 'Microsoft.Compute/galleries@2023-07-03' existing = {
  name: galleryName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: gallery
  name: guid(gallery.id, servicePrincipalId, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
  }
}
