/**
 * Whose fault an error of a VM launch is. Codes as listed in Azure's documentation of deployment errors, allocation
 * failures and galleries; whatever is not known is the infrastructure's, so that no image is blamed for it.
 */
export type ErrorClass = 'image' | 'suspect' | 'infrastructure' | 'configuration';

const image = ['OSProvisioningClientError'];

/** The image's, or the platform's on a bad day: only a second time, in another VM, is proof. */
const suspect = ['OSProvisioningInternalError', 'OSProvisioningTimedOut', 'VMAgentStatusCommunicationError'];

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
  if (suspect.includes(code)) return 'suspect';
  return configuration.includes(code) ? 'configuration' : 'infrastructure';
}
