// A role with exactly the actions that infra/roles.json lists.
targetScope = 'subscription'

param environmentName string
@description('One value of infra/roles.json.')
param role object

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environmentName, role.name)
  properties: {
    // Role names are unique in a tenant.
    roleName: '${role.name} (${environmentName}, ${subscription().subscriptionId})'
    description: role.description
    type: 'CustomRole'
    permissions: [
      {
        actions: concat(role.called, role.linked)
        notActions: []
      }
    ]
    assignableScopes: [subscription().id]
  }
}

output id string = definition.id
