import { parse, type TransformPlugin } from 'just-bash';
import { loopOverArguments } from './loopOverArguments.ts';
import { splitCommandNames } from './splitCommandNames.ts';

type Script = ReturnType<typeof parse>;

/** Guests run the same few scripts, and reading one takes longer than running it. */
const known = new Map<string, Script>();
const mostKnown = 64;

/** What differs from guest to guest: variables that are set before all else. */
const beginning = /^(?:set --; )?(?:#![^\n]*\n)?(?:[A-Za-z_]\w*=[\w.-]*\n)+/;

/**
 * Scripts that were read before, run as they were read then. The library reads what it is given each time: it is given a
 * name, in whose place the plugin puts the script.
 */
export class KnownScripts {
  readonly #prefix = `known-${crypto.randomUUID()}-`;
  readonly #named = new Map<string, Script>();
  #names = 0;

  readonly plugin: TransformPlugin = {
    name: 'known-script',
    transform: ({ ast }) => ({ ast: this.#take(ast) ?? asInRealShell(ast) }),
  };

  /** A name to run in place of the script, once. A text that is no script is its own name: the library says so. */
  nameOf(script: string): string {
    const ast = read(script);
    if (!ast) return script;
    this.#names += 1;
    const name = `${this.#prefix}${this.#names}`;
    this.#named.set(name, ast);
    return name;
  }

  #take({ statements: [only] }: Script): Script | undefined {
    const command = only?.pipelines[0]?.commands[0];
    const part = command?.type === 'SimpleCommand' ? command.name?.parts[0] : undefined;
    if (part?.type !== 'Literal' || !part.value.startsWith(this.#prefix)) return undefined;
    const script = this.#named.get(part.value);
    this.#named.delete(part.value);
    return script;
  }
}

function read(script: string): Script | undefined {
  const [own = ''] = beginning.exec(script) ?? [];
  try {
    const common = readOnce(script.slice(own.length));
    if (own === '') return common;
    return { ...common, statements: [...parse(own).statements, ...common.statements] };
  } catch {
    return undefined;
  }
}

function readOnce(script: string): Script {
  const found = known.get(script);
  if (found) return found;
  const ast = asInRealShell(parse(script));
  if (known.size >= mostKnown) known.clear();
  known.set(script, ast);
  return ast;
}

function asInRealShell(ast: Script): Script {
  const plugins = [splitCommandNames, loopOverArguments];
  return plugins.reduce((script, plugin) => plugin.transform({ ast: script, metadata: {} }).ast, ast);
}
