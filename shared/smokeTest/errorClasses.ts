import type { ErrorClass } from '../domain/facts.ts';

export interface ClassifiedError {
  class: ErrorClass;
  /** What a person can do about it, where somebody can. */
  advice?: string;
}

interface Rule {
  /** Exact codes; a rule without any looks at the message alone, whatever code it comes under. */
  codes?: string[];
  prefix?: string;
  message?: RegExp | ((message: string) => boolean);
  class: ErrorClass;
  advice?: string | ((message: string) => string);
}

const fitSizes = 'change smokeTest.vmSizes of the policy, or leave it out to have sizes chosen that fit the image';
const acceptTerms =
  'accept the terms of its plan, once per Azure subscription, with the purchasePlan of the image definition: ' +
  'az vm image terms accept --publisher PUBLISHER --offer PRODUCT --plan NAME';
const subnet = 'give the smoke-test subnet more addresses, or allow fewer VMs at once (slots.perRegion of the policy)';

/** The first rule that matches holds: those with a message stand before those of a code alone. */
const rules: Rule[] = [
  // Quota. The text comes under OperationNotAllowed, QuotaExceeded, BadRequest and InvalidTemplateDeployment:
  // azure-resource-manager/troubleshooting/error-resource-quota.md; hashicorp/terraform#10056, cloud-barista/cb-spider#1558.
  {
    message: neverSuffices,
    class: 'infrastructure',
    advice:
      'raise the quota of vCPUs, which is below what one VM needs, or name sizes of another family or other regions',
  },
  {
    message: /exceeding (?:approved|quota limits)/i,
    class: 'quota',
    advice: 'raise the quota of vCPUs in this region, or allow fewer VMs at once (slots.perRegion of the policy)',
  },
  {
    codes: ['QuotaExceeded', 'ResourceQuotaExceeded', 'ResourceGroupQuotaExceeded'],
    class: 'quota',
    advice: 'raise the quota, or delete what is not needed any more',
  },

  // The image: virtual-machines/troubleshooting/error-messages.md (MicrosoftDocs/azure-docs).
  {
    codes: ['OSProvisioningTimedOut', 'OSProvisioningClientError', 'OSProvisioningInternalError'],
    message: /the VM guest agent was detected running/i,
    class: 'image',
    advice: 'generalize the image (waagent -deprovision, sysprep), or make its definition Specialized',
  },
  { codes: ['OSProvisioningClientError'], message: /is currently being provisioned/i, class: 'suspect' },
  { codes: ['OSProvisioningClientError'], message: /^Username specified/i, class: 'configuration' },
  { codes: ['OSProvisioningClientError'], class: 'image' },
  {
    codes: ['OSProvisioningTimedOut', 'OSProvisioningInternalError', 'VMAgentStatusCommunicationError'],
    class: 'suspect',
  },
  // Silent agents show there too; so does a network that keeps them from Azure.
  { prefix: 'VMExtension', class: 'suspect' },

  // Purchase plans: hashicorp/terraform-provider-azurerm#1145, Azure/azure-cli#10361 (the innermost code is BadRequest),
  // and azure-compute-gallery.md for the plan that differs.
  { message: /(?:accepted the )?legal terms (?:have not|on this)/i, class: 'configuration', advice: acceptTerms },
  { message: /cannot be purchased due to validation errors/i, class: 'configuration', advice: acceptTerms },
  {
    message: /has a different plan/i,
    class: 'configuration',
    advice: 'the purchasePlan of the image definition is not the plan of what the image was made from: correct it',
  },
  {
    codes: ['MarketplacePurchaseEligibilityFailed', 'ResourcePurchaseValidationFailed', 'VMMarketplaceInvalidInput'],
    class: 'configuration',
    advice: acceptTerms,
  },

  // The VM does not fit the image: the texts of BadRequest and InvalidParameter as public issues show them, such as
  // confidential-containers/cloud-api-adaptor#1742; enable-nvme-remote-faqs.yml; shared-image-galleries.md for osProfile.
  { message: /cannot boot Hypervisor Generation/i, class: 'configuration', advice: fitSizes },
  { message: /only supports a CPU Architecture/i, class: 'configuration', advice: fitSizes },
  { message: /VM size .{1,80} is not supported for creation of VMs/i, class: 'configuration', advice: fitSizes },
  { message: /can(?:no|')t boot with DiskControllerType/i, class: 'configuration', advice: fitSizes },
  {
    message: /not supported for (?:the provided image|NVMe)|only supports creation of VMs/i,
    class: 'configuration',
    advice:
      'the features of the image definition (SecurityType, DiskControllerTypes) are not those of the image: correct them',
  },
  {
    codes: ['InvalidParameter', 'OperationNotAllowed'],
    message: /\bosProfile\b/,
    class: 'configuration',
    advice: 'osState of the image definition (Generalized, Specialized) is not that of the image: correct it',
  },
  {
    codes: ['InvalidParameter'],
    message: /size .{1,80} is not available in the current region/i,
    class: 'infrastructure',
  },

  // Landing zone: azure-resource-manager/troubleshooting/common-deployment-errors.md.
  { codes: ['RequestDisallowedByPolicy'], class: 'configuration', advice: exemption },
  {
    codes: ['AuthorizationFailed', 'LinkedAuthorizationFailed', 'AuthorizationPermissionMismatch'],
    class: 'configuration',
    advice: 'give the identity of the service the roles of infra/roles.json, at the scopes that it names',
  },
  { codes: ['ScopeLocked'], class: 'configuration', advice: 'remove the lock from the smoke-test resource group' },
  {
    codes: ['MissingSubscriptionRegistration', 'NoRegisteredProviderFound'],
    class: 'configuration',
    advice: 'register the resource provider that the text names in the Azure subscription: az provider register',
  },
  { codes: ['ReadOnlyDisabledSubscription'], class: 'configuration', advice: 'the Azure subscription is disabled' },
  // Addresses come back as VMs go.
  { codes: ['SubnetIsFull'], class: 'quota', advice: subnet },
  { codes: ['PrivateIPAddressNotInSubnet'], class: 'configuration', advice: subnet },

  // Which image: shared-image-galleries.md and azure-compute-gallery.md.
  {
    codes: ['GalleryImageNotFound'],
    class: 'infrastructure',
    advice: 'the version is not, or not any more, replicated to this region: wait for it, or replicate it',
  },
  {
    codes: ['ImageNotFound', 'ImageVersionDeprecated', 'PlatformImageNotFound'],
    class: 'configuration',
    advice: 'the image that the version was made from is gone or deprecated: build the version anew',
  },

  // Whatever else Azure finds wrong with the request itself.
  { codes: ['BadRequest', 'InvalidParameter'], class: 'configuration' },

  // Capacity and the platform itself: allocation-failure.md, error-sku-not-available.md, error-messages.md; throttling:
  // request-limits-and-throttling.md. As everything that is not known, so that no image is blamed for it.
  {
    codes: [
      'SkuNotAvailable',
      'AllocationFailed',
      'ZonalAllocationFailed',
      'OverconstrainedAllocationRequest',
      'OverconstrainedZonalAllocationRequest',
    ],
    class: 'infrastructure',
    advice: 'name more VM sizes or regions in the policy, and replicate the version to them',
  },
];

/**
 * The class of an error by its innermost code, and by its text where one code has several meanings. An unknown code is
 * the infrastructure's.
 */
export function classOfError(code: string, message = ''): ClassifiedError {
  const rule = rules.find((one) => matches(one, code, message));
  const advice = typeof rule?.advice === 'function' ? rule.advice(message) : rule?.advice;
  return { class: rule?.class ?? 'infrastructure', ...(advice !== undefined && { advice }) };
}

/** What happened, in at most 500 characters, and what to do next. */
export function withAdvice(happened: string, advice: string | undefined): string {
  return advice === undefined ? happened.slice(0, 500) : `${happened.slice(0, 500)}; what to do: ${advice}`;
}

function matches({ codes, prefix, message: text }: Rule, code: string, message: string): boolean {
  if (codes && !codes.includes(code)) return false;
  if (prefix !== undefined && !code.startsWith(prefix)) return false;
  return text === undefined || (typeof text === 'function' ? text(message) : text.test(message));
}

/** `Current Limit: 0, Current Usage: 0, Additional Required: 2`, and its older wording: no VM that goes would help. */
function neverSuffices(message: string): boolean {
  const [, limit, required] =
    /\b(?:Current Limit|Maximum allowed): (\d{1,9})\b.{0,200}?\bAdditional (?:Required|requested): (\d{1,9})\b/i.exec(
      message,
    ) ?? [];
  return Number(required ?? 0) > Number(limit ?? 0);
}

/** Azure names the assignment in the text: `Policy identifiers: '[{"policyAssignment":{"name":"…","id":"…"}…`. */
function exemption(message: string): string {
  const [, id] = /"policyAssignment":\{[^{}]{0,400}?"id":"([^"\\]{1,300})"/.exec(message) ?? [];
  const [, name] = /"policyAssignment":\{"name":"([^"\\]{1,200})"/.exec(message) ?? [];
  const assignment = id ?? name ?? 'that the text names';
  return `exempt the smoke-test resource group from the policy assignment ${assignment}, or change the assignment`;
}
