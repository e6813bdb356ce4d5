import { type Bash, parse, type TransformPlugin } from 'just-bash';
import { loopOverArguments } from './loopOverArguments.ts';
import { splitCommandNames } from './splitCommandNames.ts';

type Script = ReturnType<typeof parse>;

/** Guests run the same few scripts, and reading one takes as long as a third of running it. */
const known = new Map<string, Script>();
const mostKnown = 32;

/**
 * What runs a script that was read before as it was read then. The library reads what it is given each time: it is given
 * a word, in whose place the script is put.
 */
export function scriptRunner(bash: Bash): (script: string, args: string[]) => ReturnType<Bash['exec']> {
  let instead: Script | undefined;
  const putInPlace: TransformPlugin = {
    name: 'known-script',
    transform({ ast }) {
      const script = instead ?? asInRealShell(ast);
      instead = undefined;
      return { ast: script };
    },
  };
  bash.registerTransformPlugin(putInPlace);
  return (script, args) => {
    instead = read(script);
    return bash.exec(instead ? ':' : script, { rawScript: true, args });
  };
}

/** Undefined where it is no script: the library then says so, in the words of a shell. */
function read(script: string): Script | undefined {
  const found = known.get(script);
  if (found) return found;
  try {
    const parsed = asInRealShell(parse(script));
    if (known.size >= mostKnown) known.clear();
    known.set(script, parsed);
    return parsed;
  } catch {
    return undefined;
  }
}

function asInRealShell(ast: Script): Script {
  const plugins = [splitCommandNames, loopOverArguments];
  return plugins.reduce((script, plugin) => plugin.transform({ ast: script, metadata: {} }).ast, ast);
}
