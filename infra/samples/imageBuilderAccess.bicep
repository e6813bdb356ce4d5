// What the identity of a build needs, and no more: to write versions of one gallery and, with a network of your own, to
// join its subnets. Deployed to the resource group that holds both.
param identityName string
param location string = resourceGroup().location
param galleryName string
@description('Network with the subnets of the build. Empty: VM Image Builder makes its own.')
param networkName string = ''

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: identityName
  location: location
}

resource gallery 'Microsoft.Compute/galleries@2023-07-03' existing = {
  name: galleryName
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = if (!empty(networkName)) {
  name: networkName
}

resource galleryRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, identityName, 'gallery')
  properties: {
    roleName: 'Image builds into ${galleryName} (${identityName})'
    description: 'Writes image versions.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.Compute/galleries/read'
          'Microsoft.Compute/galleries/images/read'
          'Microsoft.Compute/galleries/images/versions/read'
          'Microsoft.Compute/galleries/images/versions/write'
          'Microsoft.Compute/images/read'
          'Microsoft.Compute/images/write'
          'Microsoft.Compute/images/delete'
        ]
        notActions: []
      }
    ]
    assignableScopes: [resourceGroup().id]
  }
}

resource networkRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(networkName)) {
  name: guid(resourceGroup().id, identityName, 'network')
  properties: {
    roleName: 'Image builds in ${networkName} (${identityName})'
    description: 'Joins the subnets of a network.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.Network/virtualNetworks/read'
          'Microsoft.Network/virtualNetworks/subnets/join/action'
        ]
        notActions: []
      }
    ]
    assignableScopes: [resourceGroup().id]
  }
}

resource galleryAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: resourceGroup()
  name: guid(resourceGroup().id, identityName, galleryName, 'gallery')
  properties: {
    roleDefinitionId: galleryRole.id
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource networkAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(networkName)) {
  scope: network
  name: guid(resourceGroup().id, identityName, networkName, 'network')
  properties: {
    roleDefinitionId: networkRole.id
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

output identityId string = identity.id
output galleryId string = gallery.id
