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
  under(
    'plan',
    'What a request would change; nothing is done (docs/release.md).',
    async () => (await import('./requests/requestCommands.ts')).planCommands,
  ),
  under(
    'policy',
    'The policy file: what holds for which image.',
    async () => (await import('./policy/policyCommands.ts')).policyCommands,
  ),
  under(
    'audit',
    'Who did what, when and why, and whether that is still what was written.',
    async () => (await import('./audit/auditCommands.ts')).auditCommands,
  ),
  under(
    'galleries',
    'The galleries that an instance owns (docs/deploy.md).',
    async () => (await import('./galleries/galleriesCommands.ts')).galleriesCommands,
  ),
  { add: async (program) => (await import('./takeIn/takeInCommand.ts')).takeInCommand(program) },
  { add: async (program) => (await import('./smokeTests/whyCommand.ts')).whyCommand(program) },
  { add: async (program) => (await import('./smokeTests/testCommand.ts')).testCommand(program) },
  under(
    'teams',
    'Who hears of what: subscriptions of the topic (docs/subscribe.md).',
    async () => (await import('./teams/teamsCommands.ts')).teamsCommands,
  ),
  under(
    'checks',
    'Check files: what is asserted of a VM that was launched from an image version (docs/check-files.md).',
    async () => (await import('./checks/checksCommands.ts')).checksCommands,
  ),
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

/** The commands of a group below its word. */
function under(word: string, description: string, load: () => Promise<(group: Command) => void>): Group {
  return {
    word,
    async add(program) {
      const addTo = await load();
      addTo(program.command(word).description(description));
    },
  };
}
