packer {
  required_plugins {
    azure = {
      source  = "github.com/hashicorp/azure"
      version = ">= 2.0.0"
    }
  }
}

variable "subscription_id" { type = string }
variable "version" { type = string }
variable "revision" { type = string }

source "azure-arm" "ubuntu" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id
  location           = "westeurope"
  vm_size            = "Standard_D2s_v5"
  os_type            = "Linux"
  image_publisher    = "Canonical"
  image_offer        = "ubuntu-24_04-lts"
  image_sku          = "server"

  # Nobody picks it before it has been tested.
  shared_gallery_image_version_exclude_from_latest = true

  shared_image_gallery_destination {
    subscription         = var.subscription_id
    resource_group       = "rg-images"
    gallery_name         = "corpGallery"
    image_name           = "ubuntu-2404"
    image_version        = var.version
    replication_regions  = ["westeurope", "northeurope"]
    storage_account_type = "Standard_LRS"
  }

  azure_tags = {
    built-by        = "packer"
    source-revision = var.revision
  }
}

build {
  sources = ["source.azure-arm.ubuntu"]

  provisioner "shell" {
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y nginx",
      "sudo waagent -force -deprovision+user",
    ]
  }
}
