// Three identities: the service itself; Event Grid when it delivers and writes dead letters; and one that manages team
// subscriptions, so that what looks at images and VMs cannot.
param environmentName string
param location string
param tags object

resource service 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${environmentName}-service'
  location: location
  tags: tags
}

resource events 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${environmentName}-events'
  location: location
  tags: tags
}

resource teams 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${environmentName}-teams'
  location: location
  tags: tags
}

output serviceId string = service.id
output serviceClientId string = service.properties.clientId
output servicePrincipalId string = service.properties.principalId
output eventsId string = events.id
output eventsPrincipalId string = events.properties.principalId
output teamsId string = teams.id
output teamsClientId string = teams.properties.clientId
output teamsPrincipalId string = teams.properties.principalId
