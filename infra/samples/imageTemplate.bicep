// VM Image Builder, made so that Imprimatur sees every version before anybody can pick it. One template for the three
// ways in which a build can be networked: docs/producers.md.
param name string
param location string = resourceGroup().location
@description('Image definition that versions are written to.')
param imageDefinitionId string
@description('Identity of the build: see imageBuilderAccess.bicep for what it needs.')
param identityId string
@description('Regions to replicate to, as short names. The region of the gallery belongs to them.')
@minLength(1)
param regions string[]
@description('Your own subnet for the build VM. Empty: VM Image Builder makes a network of its own for each build.')
param buildSubnetId string = ''
@description('Your own subnet for the build container, delegated to Microsoft.ContainerInstance/containerGroups. Only together with the other one; without it Azure puts a proxy VM beside the build.')
param containerSubnetId string = ''
@description('What the image is made of, such as a commit: it becomes a tag of the image version.')
param sourceRevision string

resource template 'Microsoft.VirtualMachineImages/imageTemplates@2025-10-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    source: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: 'server'
      version: 'latest'
    }
    customize: [
      {
        type: 'Shell'
        name: 'install'
        inline: ['sudo apt-get update', 'sudo apt-get install -y nginx']
      }
    ]
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: 'version'
        galleryImageId: imageDefinitionId
        // Nobody picks it before it has been tested.
        excludeFromLatest: true
        versioning: { scheme: 'Latest', major: 1 }
        targetRegions: [for region in regions: { name: region }]
        artifactTags: {
          'built-by': resourceId('Microsoft.VirtualMachineImages/imageTemplates', name)
          'source-revision': sourceRevision
        }
      }
    ]
    vmProfile: {
      vmSize: 'Standard_D2s_v5'
      vnetConfig: empty(buildSubnetId)
        ? null
        : union(
            { subnetId: buildSubnetId },
            empty(containerSubnetId) ? {} : { containerInstanceSubnetId: containerSubnetId }
          )
    }
  }
}

output id string = template.id
