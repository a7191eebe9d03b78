/** `script/carriage-return`: a script that a hook runs has CR LF line ends. A shell takes the CR as part of each word. */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import type { Path } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { containersOf, referencesOf } from '../../release/references.ts';
import type { Check, Release } from '../../release/release.ts';
import { dataOf } from '../../scripts/environment.ts';

const SCRIPT_NAME = /\.(?:sh|bash|ash|ksh|py|rb|pl)$|^(?:entrypoint|run|start|init|migrate|bootstrap|setup)$/;
const SHELL = /(?:^|\/)(?:ba|da|a|k|z)?sh$/;

export const checkCarriageReturn: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (!isAwaited(resource.kind)) return [];
  for (const { value, path } of containersOf(placement)) {
    const words = ['command', 'args'].flatMap((key) =>
      (Array.isArray(value[key]) ? value[key] : []).map((word, index) => ({
        word: String(word),
        path: [...path, key, index],
      })),
    );
    const script = words.some(({ word }) => SHELL.test(word)) && words.find(({ word }) => /\r(?:\n|$)/.test(word));
    if (script) return [report(placement, script.path, 'its command', 'write it with LF line ends')];
  }
  return inFiles(placement, release);
};

function inFiles(placement: Placement, release: Release): readonly Finding[] {
  const commands = JSON.stringify(
    containersOf(placement).map(({ value }) => [value['command'], value['args'], value['lifecycle']]),
  );
  for (const { kind, name, namespace, use, path, keys } of referencesOf(placement)) {
    if (use !== 'volume' || (kind !== 'ConfigMap' && kind !== 'Secret')) continue;
    for (const source of release.find(kind, name, namespace))
      for (const [key, read] of dataOf(source)) {
        if (keys !== undefined && !keys.includes(key)) continue;
        const text = read();
        const isScript = text.startsWith('#!') || SCRIPT_NAME.test(key) || commands.includes(`/${key}`);
        if (!isScript || !/\r\n|\r$/.test(text)) continue;
        const file = `${key} of ${formatResource(source.resource)}`;
        return [
          report(
            placement,
            path,
            file,
            `save ${key} with LF line ends, or write \`replace "\\r\\n" "\\n"\` behind \`.Files.Get\``,
          ),
        ];
      }
  }
  return [];
}

const report = ({ resource, rule }: Placement, path: Path, script: string, hint: string): Finding =>
  findingOf(
    'script/carriage-return',
    resource,
    path,
    `${formatResource(resource)} runs ${script}, whose lines end with a carriage return: the shell takes it as part of each word ("not found", "bad interpreter")`,
    { hint, ...(rule && { config: { ...rule.place, hook: rule.name } }) },
  );
