// Logs and telemetry. No key: the app signs in with its identity.
param environmentName string
param location string
param tags object
param servicePrincipalId string
@minValue(30)
@maxValue(730)
param retentionInDays int = 30

var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${environmentName}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionInDays
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${environmentName}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, servicePrincipalId, monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource metrics 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = [
  for metric in loadJsonContent('../metrics.json'): {
    parent: workspace
    name: metric.name
    properties: {
      category: 'Imprimatur'
      displayName: metric.title
      query: join(metric.query, '\n')
    }
  }
]

output connectionString string = insights.properties.ConnectionString
output workspaceId string = workspace.id
