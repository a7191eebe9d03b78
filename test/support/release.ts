/**
 * Small releases for tests: YAML text in, placements and releases out, each hook as its annotations say.
 *
 * Rules are given by `Kind/name` or by name and only attach a rule: events and weights are those of the annotations, so a test
 * shows in its YAML what Helm would see.
 */

import type { Circumstances } from '../../src/engines/engine.ts';
import { readResources } from '../../src/manifests/resources.ts';
import type { Rule } from '../../src/model/config.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../../src/model/helm.ts';
import { annotationOf, type Resource } from '../../src/model/manifest.ts';
import type { Hook, Placement } from '../../src/model/plan.ts';
import type { Place } from '../../src/model/span.ts';
import { readHook } from '../../src/order/hook.ts';
import { Release } from '../../src/release/release.ts';

export type Rules = Readonly<Record<string, Partial<Rule>>>;

/** Placements of a stream, in its order. */
export const placementsOf = (text: string, rules: Rules = {}): readonly Placement[] =>
  resourcesOf(text).map((resource) => {
    const settings = rules[`${resource.kind}/${resource.name}`] ?? rules[resource.name];
    return placementOf(resource, settings && ruleOf(settings.name ?? resource.name, settings));
  });

/** A stream with all that a check wants. */
export const releaseOf = (
  text: string,
  options: Partial<Pick<Circumstances, 'timeoutSeconds' | 'wait' | 'version'>> & { readonly rules?: Rules } = {},
): Release =>
  new Release(placementsOf(text, options.rules), {
    timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    wait: options.wait ?? false,
    ...(options.version !== undefined && { version: options.version }),
  });

export function placementOf(resource: Resource, rule?: Rule): Placement {
  const hook = hookOf(resource);
  return {
    resource,
    name: resource.name,
    value: () => resource.manifest().value,
    ...(hook && { hook }),
    ...(rule && { rule }),
  };
}

/** The placement that a test means: `Kind/name`, by the name with which it leaves. */
export function placementNamed(placements: readonly Placement[], id: string): Placement {
  const found = placements.find(({ resource, name }) => `${resource.kind}/${name}` === id);
  if (found === undefined) throw new Error(`no ${id} in this release`);
  return found;
}

/** A hook as Helm reads the annotations of a resource. */
export const hookOf = (resource: Pick<Resource, 'annotations'>): Hook | undefined =>
  readHook((key) => annotationOf(resource, key));

/** A rule with the config's defaults. */
export function ruleOf(name: string, settings: Partial<Rule> = {}): Rule {
  const place: Place = { file: 'hookorder.yaml', line: 1, column: 1 };
  return {
    name,
    place,
    placeOf: () => place,
    nearMiss: () => undefined,
    lineAt: () => undefined,
    matches: () => true,
    description: `name "${name}"`,
    plain: false,
    drop: false,
    after: [],
    before: [],
    jobName: { suffix: 'keep' },
    job: {},
    jobDefaults: {},
    pod: { values: {} },
    podDefaults: { values: {} },
    dependencies: 'fail',
    optional: false,
    adopt: false,
    patch: [],
    ...settings,
  };
}

/** The resources of a stream. Throws for text that is no YAML, at the latest when its manifest is asked for. */
export function resourcesOf(text: string, file = '<stdin>'): readonly Resource[] {
  const release = readResources({ file, read: () => new TextEncoder().encode(text) });
  if ('code' in release) {
    if (release.code === 'input/empty') return [];
    throw new Error(release.message);
  }
  const { resources, problems } = release;
  const refuse = (): void => {
    const problem = problems.find(({ severity }) => severity === 'error');
    if (problem !== undefined) throw new Error(problem.message);
  };
  refuse();
  return resources.map((resource) => ({
    ...resource,
    // The rest is read at need, so it is no part of the object.
    name: resource.name,
    ...(resource.generateName !== undefined && { generateName: resource.generateName }),
    ...(resource.namespace !== undefined && { namespace: resource.namespace }),
    labels: resource.labels,
    annotations: resource.annotations,
    ...(resource.template !== undefined && { template: resource.template, chart: resource.chart }),
    baseName: resource.baseName,
    text: () => resource.text(),
    says: (words) => resource.says(words),
    valuesOf: (keys) => resource.valuesOf(keys),
    namesIn: (names) => resource.namesIn(names),
    manifest: () => {
      const manifest = resource.manifest();
      refuse();
      return manifest;
    },
  }));
}
