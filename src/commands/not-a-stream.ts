/** Files that are no rendered stream although people give them as one: folders, and the parts of a chart. */
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { TAKE_CHARTS } from './chart-flags.ts';
import type { System } from './system.ts';

/** Undefined for what may be a stream, and for what is not there. */
export function refuseNonStream(path: string, command: string, system: System): Finding | undefined {
  if (system.kindOfPath(path) === 'folder') return refusal(`${path} is a folder, and no stream`, path, command);
  const [, before = '', part] =
    /^(.*?)(templates\/.*|Chart\.yaml|values[\w.-]*\.yaml)$/.exec(path.replaceAll('\\', '/')) ?? [];
  const folder = before === '' ? '.' : before.replace(/(.)\/$/, '$1');
  if (part === undefined || system.kindOfPath(`${folder}/Chart.yaml`) !== 'file') return undefined;
  const what = part.startsWith('templates/') ? 'a template' : 'a file';
  return refusal(`${path} is ${what} of the chart in ${folder}, and not what Helm renders of it`, folder, command);
}

function refusal(message: string, chart: string, command: string): Finding {
  const code = 'input/unreadable';
  const shown = chart.startsWith('.') || chart.startsWith('/') ? chart : `./${chart}`;
  return {
    code,
    severity: SEVERITIES[code],
    message,
    hint: TAKE_CHARTS.includes(command)
      ? `give the chart: \`hookorder ${command} ${shown}\``
      : `render it first: \`helm template RELEASE ${shown} | hookorder ${command} …\``,
  };
}
