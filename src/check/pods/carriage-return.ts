/** `script/carriage-return`: a script that a hook runs has CR LF line ends. A shell takes the CR as part of each word. */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { listOf, type Path } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { containersOf, referencesOf } from '../../release/references.ts';
import type { Check, Release } from '../../release/release.ts';
import { dataOf } from '../../scripts/environment.ts';

const SHELL_SCRIPT = /\.(?:sh|bash|ash|ksh)$|^(?:entrypoint|run|start|init|migrate|bootstrap|setup)$/;
const SHELL = /(?:^|\/)(?:ba|da|a|k|z)?sh$/;
const SHELL_LINE = /^#!.*\b(?:ba|da|a|k|z)?sh\b/;

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
  const commands = containersOf(placement).map(({ value }) =>
    ['command', 'args'].flatMap((key) => listOf(value[key]).map(String)).join(' '),
  );
  for (const { kind, name, namespace, use, path, keys } of referencesOf(placement)) {
    if (use !== 'volume' || (kind !== 'ConfigMap' && kind !== 'Secret')) continue;
    for (const source of release.find(kind, name, namespace))
      for (const [key, read] of dataOf(source)) {
        if (keys !== undefined && !keys.includes(key)) continue;
        const text = read();
        if (!/\r\n|\r$/.test(text) || !isBroken(key, text, commands)) continue;
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

/**
 * A shell takes a CR as part of a word, and the kernel as part of the program that a first line `#!` names; other interpreters and what is only
 * read do not mind.
 */
function isBroken(key: string, text: string, commands: readonly string[]): boolean {
  if (SHELL_SCRIPT.test(key) || SHELL_LINE.test(text)) return true;
  const file = `\\S*/${key.replaceAll(/[^\w-]/g, '\\$&')}(?=$|[\\s;&|)"'])`;
  const isCalled = new RegExp(`(?:^|[;&|(\\n]|\\b(?:exec|then|do|env)\\s)\\s*${file}`);
  const isSourced = new RegExp(`(?:^|[\\s/;&|(])(?:(?:ba|da|a|k|z)?sh(?:\\s+-\\S+)*|source|\\.)\\s+${file}`);
  return commands.some((command) => isSourced.test(command) || (isCalled.test(command) && text.startsWith('#!')));
}

const report = ({ resource, rule }: Placement, path: Path, script: string, hint: string): Finding =>
  findingOf(
    'script/carriage-return',
    resource,
    path,
    `${formatResource(resource)} runs ${script}, whose lines end with a carriage return: the shell takes it as part of each word ("not found", "bad interpreter")`,
    { hint, ...(rule && { config: { ...rule.place, hook: rule.name } }) },
  );
