import { smokeTestVmsContract } from '../contracts/smokeTestVmsContract.ts';
import { FakeSmokeTestVms } from './fakeSmokeTestVms.ts';
import { FakeEvidence } from './fakeStorage.ts';
import { FakeTime } from './fakeTime.ts';

smokeTestVmsContract('in memory', async () => {
  const time = new FakeTime('2026-11-22T08:00:00.000Z');
  return {
    vms: new FakeSmokeTestVms(
      time,
      new FakeEvidence(),
      () => ({}),
      () => {},
    ),
    imageVersionId: 'version',
    async settle() {
      time.moveTo(time.nowMs + 120_000);
    },
    async stop() {},
  };
});
