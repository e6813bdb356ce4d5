import { parse, type TransformPlugin } from 'just-bash';
import { visitCommands } from './visitCommands.ts';

/** `for x; do` goes through the arguments as they are; the library splits them at spaces unless `"$@"` is spelt out. */
export const loopOverArguments: TransformPlugin = {
  name: 'loop-over-arguments',
  transform({ ast }) {
    const spelt = parse('for x in "$@"; do :; done').statements[0]?.pipelines[0]?.commands[0];
    visitCommands(ast, (node) => {
      if (node.type === 'For' && node.words === null && spelt?.type === 'For') node.words = spelt.words;
    });
    return { ast };
  },
};
