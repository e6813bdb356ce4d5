import type { Reporter, TestModule } from 'vitest/node';

/** Names each test that failed first and passed when it was run again, and how it failed: it is a bug to be found. */
export default class ReportFlaky implements Reporter {
  onTestRunEnd(files: readonly TestModule[]): void {
    for (const test of files.flatMap((file) => [...file.children.allTests('passed')])) {
      if (!test.diagnostic()?.flaky) continue;
      console.log(`FLAKY, passed when run again: ${test.module.relativeModuleId} > ${test.fullName}`);
      for (const { stack, message } of test.result().errors ?? []) console.log(stack ?? message);
    }
  }
}
