import { readFileSync } from 'node:fs';

/** docs/settings.md: parameters of the template with their meaning, and the settings that the template gives the app. */
export function settingsReference(): string {
  const main = readFileSync('infra/main.bicep', 'utf8');
  const given = readFileSync('infra/main.parameters.json', 'utf8');
  const parameters = [...main.matchAll(/((?:^@.*\n)*)^param (\w+) (\w+)(?: = (.*))?$/gm)].map(
    ([, decorators = '', name = '', type = '', initial]) => {
      const [, meaning = ''] = /@description\('(.*)'\)/.exec(decorators) ?? [];
      const [, variable] = new RegExp(`"${name}": \\{ "value": "\\$\\{([A-Z_]+)`).exec(given) ?? [];
      return row(
        code(name),
        variable ? code(variable) : '',
        type,
        initial === undefined ? 'none' : code(initial),
        meaning,
      );
    },
  );
  const app = readFileSync('infra/modules/functionApp.bicep', 'utf8');
  const [, block = ''] = /name: 'appsettings'\n {2}properties: \{\n([\s\S]*?)\n {2}\}/.exec(app) ?? [];
  const settings = [...block.matchAll(/^ {4}'?([\w.]+)'?: (.*)$/gm)].map(([, name = '', value = '']) =>
    row(code(name), code(value)),
  );
  return [
    '# Settings',
    '',
    'Made from the templates by `npm run settings`; do not edit.',
    '',
    '## Parameters of infra/main.bicep',
    '',
    row('parameter', 'set by azd from', 'type', 'default', 'meaning'),
    row('---', '---', '---', '---', '---'),
    ...parameters,
    '',
    '## Application settings that the template gives the app',
    '',
    row('setting', 'value in infra/modules/functionApp.bicep'),
    row('---', '---'),
    ...settings,
    '',
  ].join('\n');
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
