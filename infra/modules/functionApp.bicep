// The app on Flex Consumption. It holds no key: every connection names an identity.
param name string
param location string
param tags object
param nodeVersion string
param maximumInstanceCount int
param identityId string
param identityClientId string
param hostBlobServiceUri string
param deploymentContainerUri string
param blobServiceUri string
param serviceBusNamespace string
param applicationInsightsConnectionString string
param apiClientId string
param instance string
param galleries string
param takeChargeAt string
param smokeTestGroupId string
@description('JSON: region to subnet id.')
param smokeTestSubnets string
param teamsIdentityId string
param teamsIdentityClientId string
param serviceBusNamespaceId string
param keyVaultUri string
@description('Networks that are not public and that webhooks of teams may be in, as CIDR, separated by commas.')
param webhookNetworks string
@description('Subnet that the app goes out through. Empty: it goes out as Azure lets it, and can be reached by everybody.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  // azd finds the app of the service `api` by this tag.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
      '${teamsIdentityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: empty(subnetId) ? 'Enabled' : 'Disabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__blobServiceUri: hostBlobServiceUri
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    // Event Grid reaches a webhook or, where the app has no public address, the queue. The other one costs nothing.
    'AzureWebJobs.imageEvents.Disabled': empty(subnetId) ? 'false' : 'true'
    'AzureWebJobs.queuedImageEvents.Disabled': empty(subnetId) ? 'true' : 'false'
    'AzureWebJobs.httpApi.Disabled': empty(apiClientId) ? 'true' : 'false'
    ServiceBusConnection__fullyQualifiedNamespace: serviceBusNamespace
    ServiceBusConnection__credential: 'managedidentity'
    ServiceBusConnection__clientId: identityClientId
    TeamAdministration__fullyQualifiedNamespace: serviceBusNamespace
    TeamAdministration__credential: 'managedidentity'
    TeamAdministration__clientId: teamsIdentityClientId
    IMPRIMATUR_SERVICE_BUS_NAMESPACE_ID: serviceBusNamespaceId
    // Servers of teams are asked whether they want calls from here.
    IMPRIMATUR_WEBHOOK_ORIGIN: app.properties.defaultHostName
    IMPRIMATUR_WEBHOOK_NETWORKS: webhookNetworks
    IMPRIMATUR_STORAGE_QUEUES: 'https://*.queue.${environment().suffixes.storage}/'
    IMPRIMATUR_KEY_VAULT: keyVaultUri
    IMPRIMATUR_KEY_VAULT_AUDIENCE: 'https://${replace(environment().suffixes.keyvaultDns, '.vault.', 'vault.')}'
    // Entra ID issues tokens of version 1 or 2, as the app registration says.
    IMPRIMATUR_API_ISSUERS: 'https://sts.windows.net/${tenant().tenantId}/ ${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    IMPRIMATUR_API_AUDIENCES: empty(apiClientId) ? 'nobody' : '${apiClientId} api://${apiClientId}'
    IMPRIMATUR_API_KEYS: '${environment().authentication.loginEndpoint}${tenant().tenantId}/discovery/v2.0/keys'
    ImprimaturStorage__blobServiceUri: blobServiceUri
    ImprimaturStorage__credential: 'managedidentity'
    ImprimaturStorage__clientId: identityClientId
    AzureResourceManager__endpoint: environment().resourceManager
    AzureResourceManager__credential: 'managedidentity'
    AzureResourceManager__clientId: identityClientId
    IMPRIMATUR_INSTANCE: instance
    IMPRIMATUR_GALLERIES: galleries
    IMPRIMATUR_TAKE_CHARGE_AT: takeChargeAt
    IMPRIMATUR_SMOKE_TEST_RESOURCE_GROUP: smokeTestGroupId
    IMPRIMATUR_SMOKE_TEST_SUBNETS: smokeTestSubnets
    IMPRIMATUR_POLICY_BLOB: 'config/policy.yaml'
    IMPRIMATUR_SWEEP_SCHEDULE: '0 */5 * * * *'
  }
}

// Whoever calls without a token passes as nobody, so that Event Grid and health checks get through; the API asks for a
// role. What matters is that the platform takes away the identity headers that callers send.
resource authentication 'Microsoft.Web/sites/config@2024-04-01' = if (!empty(apiClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: apiClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [apiClientId, 'api://${apiClientId}']
        }
      }
    }
  }
}

output id string = app.id
output hostName string = app.properties.defaultHostName
