// Where smoke-test VMs of one region live: nobody gets in, and they get out to Azure over HTTPS only.
param region string
param tags object
param addressPrefix string
param subnetName string
@description('VMs reach storage accounts with a firewall from here: the one that takes their evidence.')
param reachesPrivateStorage bool

resource securityGroup 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg-${region}'
  location: region
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'deny-all-inbound'
        properties: {
          direction: 'Inbound'
          access: 'Deny'
          priority: 4096
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
      {
        name: 'allow-azure-outbound'
        properties: {
          direction: 'Outbound'
          access: 'Allow'
          priority: 100
          protocol: 'Tcp'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: 'AzureCloud'
          destinationPortRange: '443'
        }
      }
      {
        name: 'deny-all-outbound'
        properties: {
          direction: 'Outbound'
          access: 'Deny'
          priority: 4096
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${region}'
  location: region
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: subnetName
        properties: {
          addressPrefix: addressPrefix
          networkSecurityGroup: { id: securityGroup.id }
          // The VMs have no public address; without this or a NAT gateway the rule for Azure would lead nowhere.
          defaultOutboundAccess: true
          serviceEndpoints: reachesPrivateStorage ? [{ service: 'Microsoft.Storage.Global' }] : []
        }
      }
    ]
  }
}
