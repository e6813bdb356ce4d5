import { type CommandNode, parse, type SimpleCommandNode, type TransformPlugin, type WordNode } from 'just-bash';
import { visitCommands } from './visitCommands.ts';

type CaseNode = Extract<CommandNode, { type: 'Case' }>;

/**
 * `$cmd arg` and `"$@"` run what their words say; the library looks for one program with all of them as its name.
 * Behind `command` the name becomes an argument and is split as in a real shell. `command` passes over functions, so a
 * name that is one of the script's own goes another way.
 */
export const splitCommandNames: TransformPlugin = {
  name: 'split-command-names',
  transform({ ast }) {
    const functions: string[] = [];
    const variable: SimpleCommandNode[] = [];
    visitCommands(ast, (node) => {
      if (node.type === 'FunctionDef') functions.push(node.name);
      if (node.type === 'SimpleCommand' && node.name && isSplit(node.name)) variable.push(node);
    });
    for (const node of variable) rewrite(node, node.name as WordNode, functions);
    return { ast };
  },
};

function isSplit(name: WordNode): boolean {
  const unquoted = name.parts.some(({ type }) => type === 'ParameterExpansion' || type === 'CommandSubstitution');
  return (
    unquoted || isAllArguments(name) || name.parts.some((part) => part.type === 'DoubleQuoted' && isList(part.parts))
  );
}

function isList(parts: WordNode['parts']): boolean {
  return parts.some((part) => part.type === 'ParameterExpansion' && /^@$|\[@\]$/.test(part.parameter));
}

/** `$@` or `"$@"` and nothing else. */
function isAllArguments({ parts: [part, ...others] }: WordNode): boolean {
  if (!part || others.length > 0) return false;
  const [inner, ...more] = part.type === 'DoubleQuoted' ? part.parts : [part];
  return (
    more.length === 0 && inner?.type === 'ParameterExpansion' && inner.parameter === '@' && inner.operation === null
  );
}

function rewrite(node: SimpleCommandNode, name: WordNode, functions: string[]): void {
  const asProgram = { ...node, name: words('command').name, args: [name, ...node.args] };
  const all = isAllArguments(name);
  // Looking at the name twice must not run a substitution twice.
  if (functions.length === 0 || (!all && name.parts.some(({ type }) => type !== 'ParameterExpansion'))) {
    Object.assign(node, asProgram);
    return;
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not TypeScript
  const first = words('"$1" "${@:2}"');
  const asFunction = all ? { ...node, name: first.name, args: [...first.args, ...node.args] } : { ...node };
  const choice = commandOf(`case "$1" in ${functions.join('|')}) :;; *) :;; esac`) as CaseNode;
  if (!all) choice.word = { type: 'Word', parts: [{ type: 'DoubleQuoted', parts: name.parts }] };
  for (const [index, command] of [asFunction, asProgram].entries()) {
    const pipeline = choice.items[index]?.body[0]?.pipelines[0];
    if (pipeline) pipeline.commands = [command];
  }
  Object.assign(node, choice);
}

function words(command: string): SimpleCommandNode {
  return commandOf(command) as SimpleCommandNode;
}

function commandOf(script: string): CommandNode | undefined {
  return parse(script).statements[0]?.pipelines[0]?.commands[0];
}
