/**
 * Whose fault an error of a VM launch is. Codes as listed in Azure's documentation of deployment errors, allocation
 * failures and galleries; whatever is not known is the infrastructure's, so that no image is blamed for it.
 */
export type ErrorClass = 'image' | 'infrastructure' | 'configuration';

const image = [
  'OSProvisioningClientError',
  'OSProvisioningInternalError',
  'OSProvisioningTimedOut',
  'VMAgentStatusCommunicationError',
];

const configuration = [
  'ImageNotFound',
  'RequestDisallowedByPolicy',
  'AuthorizationFailed',
  'LinkedAuthorizationFailed',
  'SubnetIsFull',
  'PrivateIPAddressNotInSubnet',
  'InvalidParameter',
  'BadRequest',
  'MarketplacePurchaseEligibilityFailed',
  'VMMarketplaceInvalidInput',
];

export function classOfError(code: string): ErrorClass {
  if (image.includes(code)) return 'image';
  return configuration.includes(code) ? 'configuration' : 'infrastructure';
}
