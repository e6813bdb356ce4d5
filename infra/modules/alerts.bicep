// What calls a person, from infra/alerts.json. A runbook for each alarm: docs/operate.md.
param environmentName string
param location string
param tags object
param workspaceId string
param serviceBusNamespaceId string
@description('Resource ids of the system topics.')
param systemTopicIds string[]
@description('Addresses to write to. Empty: alarms are seen in the portal only.')
param emails string[]

var alerts = loadJsonContent('../alerts.json')
var topicAlerts = flatten(map(systemTopicIds, id => map(alerts.metrics.eventGrid, alert => { topicId: id, alert: alert })))

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'imprimatur'
    enabled: true
    emailReceivers: [
      for (email, index) in emails: {
        name: 'person-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts.logs: {
    name: '${environmentName}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${environmentName}: ${alert.name}'
      description: '${alert.description} Runbook: docs/operate.md#${alert.name}'
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: alert.evaluationFrequency
      windowSize: alert.windowSize
      overrideQueryTimeRange: alert.lookBack
      // The table of a new workspace is there only after the first line; until then a check of the query would fail.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: join(alert.query, '\n')
            timeAggregation: 'Count'
            operator: alert.operator
            threshold: alert.threshold
            dimensions: alert.dimensions
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(emails) ? [] : [people.id]
      }
    }
  }
]

resource serviceBusAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in alerts.metrics.serviceBus: {
    name: '${environmentName}-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${alert.description} Runbook: docs/operate.md#${alert.name}'
      severity: alert.severity
      enabled: true
      scopes: [serviceBusNamespaceId]
      evaluationFrequency: 'PT5M'
      windowSize: alert.windowSize
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: alert.metricName
            timeAggregation: alert.timeAggregation
            operator: 'GreaterThan'
            threshold: alert.threshold
            dimensions: [
              {
                name: 'EntityName'
                operator: 'Include'
                values: alert.entities
              }
            ]
          }
        ]
      }
      actions: empty(emails) ? [] : [{ actionGroupId: people.id }]
    }
  }
]

resource eventGridAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for each in topicAlerts: {
    name: '${environmentName}-${each.alert.name}-${last(split(each.topicId, '/'))}'
    location: 'global'
    tags: tags
    properties: {
      description: '${each.alert.description} Runbook: docs/operate.md#${each.alert.name}'
      severity: each.alert.severity
      enabled: true
      scopes: [each.topicId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: each.alert.name
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: each.alert.metricName
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: empty(emails) ? [] : [{ actionGroupId: people.id }]
    }
  }
]
