import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../shared/domain/policyFile.ts';
import { testPlan } from '../../../shared/smokeTest/testPlan.ts';

const version = {
  version: '1.0.0',
  location: 'westeurope',
  provisioningState: 'Succeeded' as const,
  excludeFromLatest: true,
  targetRegions: [{ name: 'northeurope' }, { name: 'westeurope' }, { name: 'uksouth' }],
  safetyProfile: {},
};
const plan = (smokeTest: string, subnets: string[]) => {
  const parsed = parsePolicy(`version: 1\nsmokeTest: ${smokeTest}\n`);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  return testPlan(version, parsed.policy.defaults.policy, subnets).map(
    ({ region, vmSize }) => `${vmSize} in ${region}`,
  );
};

describe('the test plan', () => {
  it('tries every size at home, then the other regions that have a subnet', () => {
    expect(plan('{ vmSizes: [a, b], maxAttempts: 4 }', ['northeurope', 'westeurope'])).toEqual([
      'a in westeurope',
      'b in westeurope',
      'a in northeurope',
      'b in northeurope',
    ]);
  });

  it('keeps to the regions and the number of attempts of the policy', () => {
    expect(plan('{ vmSizes: [a, b], maxAttempts: 1, regions: [uksouth] }', ['uksouth'])).toEqual(['a in uksouth']);
  });

  it('is empty where no target region has a subnet', () => {
    expect(plan('{ vmSizes: [a], regions: [eastus] }', ['eastus'])).toEqual([]);
  });

  it('understands the names of regions as Azure shows them', () => {
    expect(plan('{ vmSizes: [a], regions: [UK South] }', ['uksouth'])).toEqual(['a in uksouth']);
  });
});
