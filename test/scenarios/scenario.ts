/**
 * One of the systems in testdata/charts, as a user meets it: the chart through a real Helm, with and without the post-renderer.
 *
 * Streams are read back with a YAML parser and sorted with Helm's rule written down a second time, so that nothing here
 * repeats what hookorder believes.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { COMMAND, ROOT, TESTDATA } from '../support/files.ts';
import type { Helm, Outcome } from '../support/helm.ts';

/** The clock of all golden files: 2024-11-21T00:00:00Z. */
export const NOW = '1732147200';

export interface Scenario {
  readonly name: string;
  readonly release: string;
  /** Flags of Helm that its user gives. */
  readonly flags?: readonly string[];
  /** Flags of hookorder beside the config. */
  readonly timeout?: string;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are what the tests look into, at many depths
  readonly [key: string]: any;
}

export const pathOf = (scenario: Scenario, ...names: readonly string[]): string =>
  join(TESTDATA, 'charts', scenario.name, ...names);

export const goldenOf = (scenario: Scenario, name: string): string => pathOf(scenario, 'golden', name);

/** `helm template` as it is, without hookorder. */
export const template = (helm: Helm, scenario: Scenario, chart = 'chart'): string =>
  helm.succeed(templateArgs(scenario, chart), { cwd: ROOT });

/** `helm template` with the real plugin, under a fixed clock. */
export function render(helm: Helm, scenario: Scenario, config: string, chart = 'chart'): Outcome {
  if (!helm.run(['plugin', 'list']).stdout.includes('hookorder')) helm.succeed(['plugin', 'install', ROOT]);
  return helm.run(
    [
      ...templateArgs(scenario, chart),
      '--post-renderer=hookorder',
      `--post-renderer-args=--config=testdata/charts/${scenario.name}/${config}`,
      `--post-renderer-args=--now=${NOW}`,
    ],
    { cwd: ROOT },
  );
}

const templateArgs = (scenario: Scenario, chart: string): string[] => [
  'template',
  scenario.release,
  pathOf(scenario, chart),
  ...(scenario.flags ?? []),
];

/** A command of hookorder on a stream. Findings name config files as the user would: from the root of the checkout. */
export function hookorder(scenario: Scenario, command: readonly string[], stream: string, config?: string): Outcome {
  const args = [...command, '--color=never'];
  if (config !== undefined) args.push(`--config=testdata/charts/${scenario.name}/${config}`);
  if (scenario.timeout !== undefined) args.push(`--timeout=${scenario.timeout}`);
  const { status, stdout, stderr } = spawnSync(COMMAND[0], [...COMMAND.slice(1), ...args], {
    cwd: ROOT,
    input: stream,
    encoding: 'utf8',
    env: { ...process.env, HOOKORDER_CONFIG: '', HOOKORDER_NOW: NOW },
  });
  return { status, stdout, stderr };
}

/** The objects of a stream. Throws where it is no valid YAML. */
export function objectsOf(stream: string): KubeObject[] {
  return parseAllDocuments(stream).flatMap((document) => {
    if ('errors' in document && document.errors.length > 0) throw document.errors[0];
    const value: unknown = 'toJS' in document ? document.toJS() : null;
    return value === null || value === undefined ? [] : [value as KubeObject];
  });
}

export const idOf = (object: KubeObject): string => `${object.kind}/${object.metadata.name}`;
export const hookOf = (object: KubeObject, key = 'helm.sh/hook'): unknown => object.metadata.annotations?.[key];
export const weightOf = (object: KubeObject): unknown => hookOf(object, 'helm.sh/hook-weight');
export const policyOf = (object: KubeObject): unknown => hookOf(object, 'helm.sh/hook-delete-policy');

export function find(objects: readonly KubeObject[], id: string): KubeObject {
  const found = objects.filter((object) => idOf(object) === id);
  if (found.length !== 1) throw new Error(`${found.length} times ${id} among ${objects.map(idOf).join(', ')}`);
  return found[0] as KubeObject;
}

/** The hooks of an event in the order in which Helm runs them: by weight, then by name. */
export const runOrder = (objects: readonly KubeObject[], event: string): string[] =>
  objects
    .filter((object) =>
      String(hookOf(object) ?? '')
        .split(',')
        .includes(event),
    )
    .sort((a, b) => Number(weightOf(a) ?? 0) - Number(weightOf(b) ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(idOf);

/** Ids of the plain resources, those that Helm upgrades in place. */
export const plainOf = (objects: readonly KubeObject[]): string[] =>
  objects
    .filter((object) => hookOf(object) === undefined)
    .map(idOf)
    .sort();

export interface JsonFinding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

/** What `lint --output=json` found. */
export const findingsOf = (outcome: Outcome): readonly JsonFinding[] =>
  (JSON.parse(outcome.stdout) as { readonly findings: readonly JsonFinding[] }).findings;

export const variantsOf = (scenario: Scenario): string[] => readdirSync(pathOf(scenario, 'variants')).sort();
