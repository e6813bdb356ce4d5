import { describe, expect, it } from 'vitest';
import type { ErrorClass } from '../../../shared/domain/facts.ts';
import { classOfError, withAdvice } from '../../../shared/smokeTest/errorClasses.ts';

const generalized =
  "OS Provisioning for VM 'vm' did not finish in the allotted time. However, the VM guest agent was detected running. This suggests the guest OS has not been properly prepared to be used as a VM image (with CreateOption=FromImage).";
const cores =
  'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: centralus, Current Limit: 10, Current Usage: 8, Additional Required: 4, (Minimum) New Limit Required: 12.';
const noCores = cores.replace('Current Limit: 10, Current Usage: 8', 'Current Limit: 0, Current Usage: 0');
const oldCores =
  'Operation results in exceeding quota limits of Core. Maximum allowed: 4, Current in use: 4, Additional requested: 1.';
const terms =
  "User failed validation to purchase resources. Error message: 'You have not accepted the legal terms on this subscription: '0' for this plan.'";
const termsOnce =
  'Offer with PublisherId: p, OfferId: o cannot be purchased due to validation errors. [{"Legal terms have not been accepted for this item on this subscription.":"StoreApi"}]';
const sizes = 'smokeTest.vmSizes';

describe('the class of an error', () => {
  it.each<[string, string, ErrorClass, string?]>([
    ['OSProvisioningTimedOut', "OS Provisioning for VM 'vm' did not finish in the allotted time.", 'suspect'],
    ['OSProvisioningTimedOut', generalized, 'image', 'generalize the image'],
    ['OSProvisioningClientError', generalized, 'image', 'generalize the image'],
    ['OSProvisioningClientError', "OS provisioning for VM 'vm' failed. Error details: x", 'image'],
    ['OSProvisioningClientError', "failed for VM 'vm' because the guest OS is currently being provisioned.", 'suspect'],
    [
      'OSProvisioningClientError',
      'Username specified for the VM is invalid for this Linux distribution.',
      'configuration',
    ],
    ['OSProvisioningInternalError', 'OS failed during provisioning', 'suspect'],
    ['VMAgentStatusCommunicationError', 'VM has not reported status for VM agent or extensions.', 'suspect'],
    ['VMExtensionProvisioningError', 'VM has reported a failure when processing extension.', 'suspect'],
    ['VMExtensionHandlerNonTransientError', 'x', 'suspect'],

    [
      'SkuNotAvailable',
      'The requested size for resource is currently not available',
      'infrastructure',
      'more VM sizes',
    ],
    ['AllocationFailed', 'Allocation failed. We do not have sufficient capacity', 'infrastructure', 'more VM sizes'],
    ['ZonalAllocationFailed', 'Allocation failed.', 'infrastructure', 'more VM sizes'],
    ['OverconstrainedAllocationRequest', 'x', 'infrastructure', 'more VM sizes'],
    ['OverconstrainedZonalAllocationRequest', 'x', 'infrastructure', 'more VM sizes'],
    ['InternalServerError', 'x', 'infrastructure'],
    ['InternalExecutionError', 'An internal execution error occurred.', 'infrastructure'],
    ['NetworkingInternalOperationError', 'Unknown network allocation error.', 'infrastructure'],
    ['RetryableError', 'x', 'infrastructure'],
    ['TooManyRequests', 'x', 'infrastructure'],
    ['Http429', 'x', 'infrastructure'],
    ['SomethingNew', 'x', 'infrastructure'],
    ['OperationNotAllowed', "not allowed on VM 'vm' since another operation is in progress.", 'infrastructure'],
    ['InvalidParameter', 'The requested VM size Standard_X is not available in the current region.', 'infrastructure'],
    ['GalleryImageNotFound', 'x', 'infrastructure', 'wait for it, or replicate it'],

    ['OperationNotAllowed', cores, 'quota', 'raise the quota of vCPUs'],
    ['OperationNotAllowed', oldCores, 'quota', 'slots.perRegion'],
    ['QuotaExceeded', cores, 'quota', 'raise the quota of vCPUs'],
    ['BadRequest', oldCores, 'quota', 'raise the quota of vCPUs'],
    ['OperationNotAllowed', noCores, 'infrastructure', 'another family or other regions'],
    ['OperationNotAllowed', oldCores.replace('requested: 1', 'requested: 8'), 'infrastructure', 'another family'],
    ['QuotaExceeded', '', 'quota', 'raise the quota'],
    ['ResourceQuotaExceeded', '', 'quota', 'raise the quota'],
    ['ResourceGroupQuotaExceeded', '', 'quota', 'raise the quota'],

    ['ImageNotFound', 'x', 'configuration', 'build the version anew'],
    ['ImageVersionDeprecated', 'x', 'configuration', 'build the version anew'],
    ['PlatformImageNotFound', 'x', 'configuration', 'build the version anew'],
    ['AuthorizationFailed', 'x', 'configuration', 'infra/roles.json'],
    ['LinkedAuthorizationFailed', 'x', 'configuration', 'infra/roles.json'],
    ['SubnetIsFull', 'x', 'quota', 'more addresses'],
    ['ScopeLocked', 'x', 'configuration', 'remove the lock'],
    ['MissingSubscriptionRegistration', 'x', 'configuration', 'az provider register'],
    ['NoRegisteredProviderFound', 'x', 'configuration', 'az provider register'],
    ['ReadOnlyDisabledSubscription', 'x', 'configuration', 'disabled'],
    ['AuthorizationPermissionMismatch', 'x', 'configuration', 'infra/roles.json'],
    ['PrivateIPAddressNotInSubnet', 'x', 'configuration', 'more addresses'],
    ['InvalidParameter', "Parameter 'osProfile' is not allowed.", 'configuration', 'osState of the image definition'],
    ['InvalidParameter', "Required parameter 'osProfile' is missing (null).", 'configuration', 'osState'],
    ['InvalidParameter', 'The value of parameter x is invalid.', 'configuration'],
    ['BadRequest', "The selected VM size 'a' cannot boot Hypervisor Generation '2'.", 'configuration', sizes],
    ['BadRequest', "this VM size only supports a CPU Architecture of 'x64'", 'configuration', sizes],
    [
      'BadRequest',
      "The VM size 'Standard_D2as_v5' is not supported for creation of VMs and Virtual Machine Scale Set with 'ConfidentialVM' security type",
      'configuration',
      sizes,
    ],
    ['InvalidParameter', "The selected VM size can't boot with DiskControllerTypes.", 'configuration', sizes],
    ['InvalidParameter', "The VM size 'x' cannot boot with DiskControllerType 'SCSI'.", 'configuration', sizes],
    [
      'BadRequest',
      'Use of TrustedLaunch setting is not supported for the provided image.',
      'configuration',
      'SecurityType',
    ],
    ['BadRequest', 'The selected image is not supported for NVMe.', 'configuration', 'DiskControllerTypes'],
    [
      'BadRequest',
      "The provided gallery image only supports creation of VMs and VM Scale Sets with 'TrustedLaunch' security type.",
      'configuration',
      'SecurityType',
    ],
    ['BadRequest', 'anything else', 'configuration'],
    ['BadRequest', termsOnce, 'configuration', 'az vm image terms accept'],
    ['ResourcePurchaseValidationFailed', terms, 'configuration', 'az vm image terms accept'],
    ['MarketplacePurchaseEligibilityFailed', 'x', 'configuration', 'az vm image terms accept'],
    [
      'VMMarketplaceInvalidInput',
      "has a different plan ['a'] than",
      'configuration',
      'purchasePlan of the image definition',
    ],
    ['VMMarketplaceInvalidInput', 'x', 'configuration', 'az vm image terms accept'],
  ])('%s: %s is %s', (code, message, expected, advice) => {
    const classified = classOfError(code, message);
    expect(classified.class).toBe(expected);
    if (advice === undefined) expect(classified).not.toHaveProperty('advice');
    else expect(classified.advice).toContain(advice);
  });

  it('names the policy assignment that denies the VM', () => {
    const denied = (assignment: string) =>
      classOfError(
        'RequestDisallowedByPolicy',
        `Resource 'vm' was disallowed by policy. Policy identifiers: '${assignment}'.`,
      );
    const id = '/subscriptions/0/providers/Microsoft.Authorization/policyAssignments/a1';
    expect(denied(`[{"policyAssignment":{"name":"Allowed sizes","id":"${id}"},"policyDefinition":{}}]`)).toEqual({
      class: 'configuration',
      advice: `exempt the smoke-test resource group from the policy assignment ${id}, or change the assignment`,
    });
    expect(denied('[{"policyAssignment":{"name":"Allowed sizes"').advice).toContain('assignment Allowed sizes,');
    expect(denied('unreadable').advice).toContain('assignment that the text names,');
  });

  it('does without a message, and keeps what happened short', () => {
    expect(classOfError('QuotaExceeded').class).toBe('quota');
    expect(withAdvice('x'.repeat(600), 'wait')).toBe(`${'x'.repeat(500)}; what to do: wait`);
    expect(withAdvice('x', undefined)).toBe('x');
  });
});
