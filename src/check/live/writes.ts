/**
 * What literal calls of a script write into objects by name: `kubectl patch`, `label`, `scale`, `set`, `apply`, and the certificate maker of
 * webhooks.
 */
import type { Json, JsonObject } from '../../model/json.ts';
import { baseName } from '../../scripts/arguments.ts';
import type { Call } from '../../scripts/call.ts';
import { UNKNOWN } from '../../scripts/environment.ts';
import {
  dryRunOf,
  hasFlag,
  isElsewhere,
  isKnown,
  type KubectlLine,
  kubectlLineOf,
  optionOf,
  subjectsChanged,
} from '../../scripts/kubectl-line.ts';
import { readBlocks, readManifests } from '../../scripts/piped.ts';
import { type Change, merging, patching, setting, settingContainers, settingWebhooks } from './changes.ts';

export interface Write {
  /** As people write it: `deploy`, `deployment.apps`. */
  readonly type: string;
  readonly name: string;
  readonly namespace?: string;
  readonly change: Change;
  /** `kubectl patch` */
  readonly words: string;
}

/** `input` is what the call reads as a manifest; `readFile` reads `--patch-file`. */
export function writesOf(
  call: Call,
  input: string | undefined,
  readFile: (path: string) => { readonly text: string } | undefined,
): readonly Write[] {
  const line = kubectlLineOf(call);
  if (line !== undefined) return kubectlWrites(line, input, readFile);
  const [program = '', ...args] = call.argv.map(({ text }) => text);
  return /certgen$/.test(baseName(program)) && args[0] === 'patch' ? certgenWrites(args) : [];
}

function kubectlWrites(
  line: KubectlLine,
  input: string | undefined,
  readFile: (path: string) => { readonly text: string } | undefined,
): readonly Write[] {
  if (isElsewhere(line) || hasFlag(line, 'local') || dryRunOf(line) !== 'none') return [];
  if (optionOf(line, 'subresource') !== undefined) return [];
  const { verb } = line;
  const words = `kubectl ${verb}`;
  const own = optionOf(line, 'namespace');
  const namespace = isKnown(own) ? { namespace: own } : {};
  if (verb === 'apply' || verb === 'replace') {
    // As the manager `helm`, an apply writes for Helm. Of a patch that is not true: it is another owner of that name.
    if (hasFlag(line, 'server-side') && optionOf(line, 'field-manager') === 'helm') return [];
    return readManifests(input ?? '').flatMap(({ group, kind, name, value, ...at }) => {
      const { apiVersion, kind: _, ...rest } = value;
      const type = group === '' ? kind : `${kind}.${group}`;
      return name === undefined || !isKnown(name)
        ? []
        : [{ type, name, ...namespace, ...at, change: merging(withoutIdentity(rest)), words }];
    });
  }
  const change = changeOf(line, readFile);
  if (change === undefined) return [];
  return (subjectsChanged(line) ?? []).flatMap(({ type, name }) =>
    isKnown(name) ? [{ type, name, ...namespace, change, words }] : [],
  );
}

const withoutIdentity = (value: JsonObject): JsonObject => {
  const { metadata, ...rest } = value;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return rest;
  const { name, namespace, ...others } = metadata;
  return { ...rest, metadata: others };
};

function changeOf(
  line: KubectlLine,
  readFile: (path: string) => { readonly text: string } | undefined,
): Change | undefined {
  switch (line.verb) {
    case 'patch': {
      const file = optionOf(line, 'patch-file');
      const text = optionOf(line, 'patch') ?? (file === undefined ? undefined : readFile(file)?.text);
      const patch = text === undefined ? undefined : readPatch(text);
      return patch === undefined ? undefined : optionOf(line, 'type') === 'json' ? patching(patch) : merging(patch);
    }
    case 'label':
    case 'annotate':
      return merging({ metadata: { [`${line.verb}s`.replace('annotates', 'annotations')]: pairsOf(line) } });
    case 'scale':
      return setting(['spec', 'replicas'], optionOf(line, 'replicas'));
    case 'set image': {
      const images = pairsOf(line);
      return settingContainers((name) => {
        const image = images[name] ?? images['*'];
        return image === undefined ? {} : { image };
      });
    }
    case 'set env': {
      const env = Object.entries({ ...pairsOf(line), ...pairsIn(line.options.get('env') ?? []) });
      const only = optionOf(line, 'containers') ?? optionOf(line, 'container');
      return settingContainers((name) =>
        only === undefined || only === name ? { env: env.map(([key, value]) => ({ name: key, value })) } : {},
      );
    }
    case 'set resources':
      return settingContainers(() => ({
        resources: {
          limits: pairsIn((optionOf(line, 'limits') ?? '').split(',')),
          requests: pairsIn((optionOf(line, 'requests') ?? '').split(',')),
        },
      }));
    case 'set serviceaccount':
      return setting(['spec', 'template', 'spec', 'serviceAccountName'], line.words.at(-1));
    default:
      return undefined;
  }
}

/** `a=b`; `a-` takes away. */
function pairsIn(words: readonly string[]): JsonObject {
  const pairs: JsonObject = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0 && isKnown(word.slice(0, at))) pairs[word.slice(0, at)] = word.slice(at + 1);
  }
  return pairs;
}

const pairsOf = ({ words }: KubectlLine): JsonObject => pairsIn(words.slice(1));

/** JSON, or YAML in block style. */
function readPatch(text: string): Json | undefined {
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return readBlocks(text);
  try {
    // What only the run tells is a control character, which JSON does not take; it may be a whole value.
    return JSON.parse(text.replaceAll(/([:[,]\s*)\0+(?=\s*[,}\]])/g, '$1"\0"').replaceAll(UNKNOWN, '\\u0000')) as Json;
  } catch {
    return undefined;
  }
}

/** `kube-webhook-certgen patch --webhook-name=web --patch-mutating=false --patch-failure-policy=Fail`. */
function certgenWrites(args: readonly string[]): readonly Write[] {
  const option = (name: string): string | undefined => {
    const at = args.findIndex((text) => text === `--${name}` || text.startsWith(`--${name}=`));
    const text = args[at];
    return text?.includes('=') ? text.slice(text.indexOf('=') + 1) : args[at + 1];
  };
  const has = (name: string): boolean => args.some((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  const name = has('webhook-name') ? option('webhook-name') : undefined;
  if (!isKnown(name)) return [];
  const policy = has('patch-failure-policy') ? option('patch-failure-policy') : undefined;
  const change = settingWebhooks({
    clientConfig: { caBundle: UNKNOWN },
    ...(policy !== undefined && policy !== '' && { failurePolicy: policy }),
  });
  return ['validating', 'mutating']
    .filter((each) => !has(`patch-${each}`) || option(`patch-${each}`) !== 'false')
    .map((each) => ({ type: `${each}webhookconfigurations`, name, change, words: 'kube-webhook-certgen patch' }));
}
