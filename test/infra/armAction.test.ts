import { expect, test } from 'vitest';
import { armAction } from './armAction.ts';

const group = '/subscriptions/s/resourceGroups/g/providers';

test.each([
  ['GET', `${group}/Microsoft.Compute/virtualMachines/vm?api-version=1`, 'Microsoft.Compute/virtualMachines/read'],
  ['GET', `${group}/Microsoft.Compute/virtualMachines?api-version=1`, 'Microsoft.Compute/virtualMachines/read'],
  [
    'PUT',
    `${group}/Microsoft.Compute/virtualMachines/vm/runCommands/c`,
    'Microsoft.Compute/virtualMachines/runCommands/write',
  ],
  [
    'PATCH',
    `${group}/Microsoft.Compute/galleries/c/images/i/versions/1.0.0`,
    'Microsoft.Compute/galleries/images/versions/write',
  ],
  ['DELETE', `${group}/Microsoft.Network/networkInterfaces/n`, 'Microsoft.Network/networkInterfaces/delete'],
  [
    'POST',
    `${group}/Microsoft.Compute/virtualMachines/vm/retrieveBootDiagnosticsData?x=y`,
    'Microsoft.Compute/virtualMachines/retrieveBootDiagnosticsData/action',
  ],
  [
    'GET',
    '/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/operations/o?p=q',
    'Microsoft.Compute/locations/operations/read',
  ],
])('%s %s needs %s', (method, path, action) => {
  expect(armAction(method, path)).toBe(action);
});
