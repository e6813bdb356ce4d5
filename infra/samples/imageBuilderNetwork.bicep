// A network for builds: one subnet for the build VM, one for the build container. It needs no way in; it needs the way
// out that the customizers need.
param name string
param location string = resourceGroup().location
param addressPrefix string = '10.252.0.0/26'

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'build'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 0)
          // Where the container has no subnet, a private link service stands in this one.
          privateLinkServiceNetworkPolicies: 'Disabled'
        }
      }
      {
        name: 'container'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 1)
          delegations: [
            {
              name: 'containers'
              properties: { serviceName: 'Microsoft.ContainerInstance/containerGroups' }
            }
          ]
        }
      }
    ]
  }
}

output buildSubnetId string = '${network.id}/subnets/build'
output containerSubnetId string = '${network.id}/subnets/container'
