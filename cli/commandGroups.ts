import type { Command } from 'commander';

interface Group {
  /** The first word of its commands, where they have one in common. */
  word?: string;
  add(program: Command): Promise<void>;
}

/** In the order of the help. */
const groups: Group[] = [
  { add: async (program) => (await import('./images/imageCommands.ts')).imageCommands(program) },
  { add: async (program) => (await import('./requests/requestCommands.ts')).requestCommands(program) },
  {
    word: 'policy',
    async add(program) {
      const { policyCommands } = await import('./policy/policyCommands.ts');
      policyCommands(program.command('policy').description('The policy file: what holds for which image.'));
    },
  },
  {
    word: 'audit',
    async add(program) {
      const { auditCommands } = await import('./audit/auditCommands.ts');
      auditCommands(
        program.command('audit').description('Who did what, when and why, and whether that is still what was written.'),
      );
    },
  },
  {
    word: 'galleries',
    async add(program) {
      const { galleriesCommands } = await import('./galleries/galleriesCommands.ts');
      galleriesCommands(
        program.command('galleries').description('The galleries that an instance owns (docs/deploy.md).'),
      );
    },
  },
  { add: async (program) => (await import('./takeIn/takeInCommand.ts')).takeInCommand(program) },
  { add: async (program) => (await import('./smokeTests/whyCommand.ts')).whyCommand(program) },
  { add: async (program) => (await import('./smokeTests/testCommand.ts')).testCommand(program) },
  {
    word: 'teams',
    async add(program) {
      const { teamsCommands } = await import('./teams/teamsCommands.ts');
      teamsCommands(
        program.command('teams').description('Who hears of what: subscriptions of the topic (docs/subscribe.md).'),
      );
    },
  },
  {
    word: 'checks',
    async add(program) {
      const [{ lintCommand }, { runCommand }, { historyCommand }] = await Promise.all([
        import('./checks/lintCommand.ts'),
        import('./checks/runCommand.ts'),
        import('./checks/historyCommand.ts'),
      ]);
      const checks = program
        .command('checks')
        .description(
          'Check files: what is asserted of a VM that was launched from an image version (docs/check-files.md).',
        );
      lintCommand(checks);
      runCommand(checks);
      historyCommand(checks);
    },
  },
  {
    word: 'doctor',
    async add(program) {
      (await import('./doctor/doctorCommand.ts')).doctorCommand(program);
    },
  },
];

/** Adds the commands; only the group that the first word names, where it names one: the others cost time and memory. */
export async function addCommands(program: Command, firstWord: string | undefined): Promise<void> {
  const wanted = groups.filter(({ word }) => word !== undefined && word === firstWord);
  for (const { add } of wanted.length > 0 ? wanted : groups) await add(program);
}
