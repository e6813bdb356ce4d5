// What the service keeps: audit logs that nobody can rewrite, state, evidence, the policy file, undelivered events.
param name string
param location string
param tags object
param auditRetentionDays int
param auditPolicyIsLocked bool
param evidenceRetentionDays int
param servicePrincipalId string
param eventsPrincipalId string
param policyAuthorId string
param policyAuthorType string
@description('Only private endpoints, the subnets below and trusted services of Azure get in.')
param isPrivate bool
@description('Subnets of smoke tests, whose VMs write their evidence here.')
param allowedSubnetIds string[]

var containerNames = loadJsonContent('../storage.json').containers
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var blobDelegator = 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      // Event Grid writes dead letters with its identity.
      bypass: 'AzureServices'
      virtualNetworkRules: [for id in isPrivate ? allowedSubnetIds : []: { id: id, action: 'Allow' }]
    }
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = [
  for containerName in containerNames: {
    parent: blobService
    name: containerName
    properties: { publicAccess: 'None' }
  }
]

// Appending stays possible; a policy on single versions could not allow that.
resource auditPolicy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2023-05-01' = if (!auditPolicyIsLocked) {
  parent: containers[indexOf(containerNames, 'audit-logs')]
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: auditRetentionDays
    allowProtectedAppendWrites: true
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'delete-old-evidence'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['evidence/']
            }
            actions: {
              baseBlob: {
                delete: { daysAfterCreationGreaterThan: evidenceRetentionDays }
              }
            }
          }
        }
        // Whole events, with names and addresses of who wrote a version: looked at when the alarm sounds, and no longer.
        {
          name: 'delete-undelivered-events'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['event-dead-letters/']
            }
            actions: {
              baseBlob: {
                delete: { daysAfterCreationGreaterThan: 30 }
              }
            }
          }
        }
      ]
    }
  }
}

resource serviceWrites 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for containerName in ['audit-logs', 'state', 'evidence']: {
    scope: containers[indexOf(containerNames, containerName)]
    name: guid(account.id, containerName, servicePrincipalId, blobDataContributor)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
      principalId: servicePrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

// The key that signs what a smoke-test VM may write: for one blob, for as long as the run lasts. Azure gives it for an
// account, never for a container.
resource serviceDelegates 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, servicePrincipalId, blobDelegator)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDelegator)
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource serviceReadsPolicy 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: containers[indexOf(containerNames, 'config')]
  name: guid(account.id, 'config', servicePrincipalId, blobDataReader)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataReader)
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource eventsWriteDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: containers[indexOf(containerNames, 'event-dead-letters')]
  name: guid(account.id, 'event-dead-letters', eventsPrincipalId, blobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    principalId: eventsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource authorWritesPolicy 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(policyAuthorId)) {
  scope: containers[indexOf(containerNames, 'config')]
  name: guid(account.id, 'config', policyAuthorId, blobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    principalId: policyAuthorId
    principalType: policyAuthorType
  }
}

output id string = account.id
output name string = account.name
output blobServiceUri string = account.properties.primaryEndpoints.blob
