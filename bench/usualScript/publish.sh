#!/bin/bash
# What many a pipeline does today with a new image version, once it is replicated: a VM from it, the checks, the VM away,
# the version to latest. VERSION_ID, IMAGE, VM, SMOKE_TESTS (resource group), GALLERY and LOCATION are in the environment.
# Its last line tells the processor seconds of all commands: user and system.
set -euo pipefail
export AZURE_CORE_ONLY_SHOW_ERRORS=true AZURE_CORE_OUTPUT=none
TIMEFORMAT='%U %S'

publish() {
  az vm create --resource-group "$SMOKE_TESTS" --name "$VM" --image "$VERSION_ID" --size Standard_D2s_v5 \
    --location "$LOCATION" --admin-username azureuser --generate-ssh-keys --public-ip-address "" --nsg "" \
    --os-disk-delete-option Delete --nic-delete-option Delete
  message=$(az vm run-command invoke --resource-group "$SMOKE_TESTS" --name "$VM" --command-id RunShellScript \
    --scripts 'systemctl is-active nginx && curl --silent --fail --max-time 5 http://localhost/ >/dev/null && echo PASSED' \
    --query 'value[0].message' --output tsv)
  az vm delete --resource-group "$SMOKE_TESTS" --name "$VM" --yes
  grep -q PASSED <<<"$message"
  az sig image-version update --gallery-name "$GALLERY" --gallery-image-definition "$IMAGE" \
    --gallery-image-version "${VERSION_ID##*/}" --set publishingProfile.excludeFromLatest=false
}

time publish
