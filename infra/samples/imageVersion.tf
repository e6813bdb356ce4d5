variable "image_version" { type = string }
variable "managed_image_id" { type = string }
variable "revision" { type = string }

resource "azurerm_shared_image_version" "ubuntu" {
  name                = var.image_version
  gallery_name        = "corpGallery"
  image_name          = "ubuntu-2404"
  resource_group_name = "rg-images"
  location            = "westeurope"
  managed_image_id    = var.managed_image_id

  # Nobody picks it before it has been tested.
  exclude_from_latest = true

  target_region {
    name                        = "westeurope"
    regional_replica_count      = 1
    exclude_from_latest_enabled = true
  }
  target_region {
    name                        = "northeurope"
    regional_replica_count      = 1
    exclude_from_latest_enabled = true
  }

  tags = {
    built-by        = "terraform"
    source-revision = var.revision
  }

  # From here on the flags are Imprimatur's: the next apply must not hide what was published.
  lifecycle {
    ignore_changes = [exclude_from_latest, target_region, end_of_life_date]
  }
}
