// Says when a month gets dearer than expected. A budget stops nothing: slots and expiry tags bound what can be spent.
targetScope = 'subscription'

param environmentName string
@description('In the currency of the invoice.')
@minValue(1)
param amount int
@description('First day of a month. Azure takes no change of it once the budget is there.')
param startDate string
param resourceGroupNames string[]
@minLength(1)
param emails string[]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'budget-${environmentName}'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    filter: {
      dimensions: {
        name: 'ResourceGroupName'
        operator: 'In'
        values: resourceGroupNames
      }
    }
    notifications: {
      mostIsSpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
      }
      willBeExceeded: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
