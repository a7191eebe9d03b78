/** Rules out of valid configs: defaults merged in, matchers compiled, every rule with its places. */
import type { Deployment, IgnoredFinding, JobName, PodSettings, Rule } from '../model/config.ts';
import type { Event } from '../model/helm.ts';
import type { Path } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { readDuration } from '../model/time.ts';
import { compileMatch, describeMatch, literalsOf } from './matcher.ts';
import { compilePattern } from './pattern.ts';
import { placeOf } from './places.ts';
import type { ConfigShape, HookShape, Settings } from './shape.ts';

/** The rules of one document, in its order. Its defaults are for its own hooks. */
export const rulesOf = (manifest: Manifest): readonly Rule[] => {
  const { hooks = [], defaults = {} } = manifest.value as unknown as ConfigShape;
  return hooks.map((hook, index) => makeRule(manifest, hook, index, defaults));
};

/** The findings that one document silences. */
export const ignoredBy = (manifest: Manifest): readonly IgnoredFinding[] => {
  const { lint } = manifest.value as unknown as ConfigShape;
  return (lint?.ignore ?? []).map((entry) => {
    if (typeof entry === 'string') return { code: entry };
    const { code, match, because } = entry;
    return { code, ...(match && { matches: compileMatch(match) }), ...(because !== undefined && { because }) };
  });
};

/** How one document says that the release is deployed; undefined where it says nothing. */
export function deploymentOf(manifest: Manifest): Deployment | undefined {
  const { helm } = manifest.value as unknown as ConfigShape;
  if (helm === undefined) return undefined;
  const { timeout, version, ...others } = helm;
  const timeoutSeconds = timeout === undefined ? undefined : readDuration(timeout);
  return {
    ...others,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(version !== undefined && { version: version.replace(/^v/, '') }),
  };
}

function makeRule(manifest: Manifest, hook: HookShape, index: number, defaults: Settings): Rule {
  const drop = hook.drop === true;
  const plain = hook.hook === false || drop;
  const kinds = literalsOf(hook.match, 'kind');
  const names = literalsOf(hook.match, 'name');
  // A plain resource has no events and no policies: what the defaults say of them is not for it.
  const events = plain ? undefined : (hook.events ?? defaults.events);
  const deletePolicy = plain ? undefined : (hook.deletePolicy ?? defaults.deletePolicy);
  const outputLogPolicy = plain ? undefined : (hook.outputLogPolicy ?? defaults.outputLogPolicy);
  return {
    name: hook.name,
    // Only findings ask for this and the description, and most rules have none.
    get place() {
      return placeOf(manifest, ['hooks', index]);
    },
    placeOf: (key) => placeOf(manifest, Object.hasOwn(hook, key) ? ['hooks', index, key] : ['hooks', index]),
    matches: compileMatch(hook.match),
    ...(kinds && { kinds }),
    ...(names && { names }),
    get description() {
      return describeMatch(hook.match);
    },
    nearMiss: (resources) =>
      (require('./near-misses.ts') as typeof import('./near-misses.ts')).nearMissOf(hook.match, resources),
    lineAt: (place) => manifest.lineAt(place),
    plain,
    drop,
    ...(events && { events }),
    after: hook.after ?? [],
    before: hook.before ?? [],
    ...readWeight(hook.weight),
    ...(deletePolicy && { deletePolicy: readDeletePolicy(deletePolicy) }),
    ...(outputLogPolicy && { outputLogPolicy }),
    jobName: readJobName(drop ? 'keep' : (hook.jobName ?? defaults.jobName ?? 'keep')),
    job: hook.job ?? {},
    jobDefaults: defaults.job ?? {},
    pod: podOf(manifest, hook.pod, ['hooks', index]),
    podDefaults: podOf(manifest, defaults.pod, ['defaults']),
    dependencies: hook.dependencies ?? defaults.dependencies ?? 'fail',
    optional: hook.optional ?? false,
    adopt: hook.adopt ?? false,
    patch: hook.patch ?? [],
  };
}

const readDeletePolicy = (policy: NonNullable<Settings['deletePolicy']>): NonNullable<Rule['deletePolicy']> =>
  isKeep(policy) ? 'keep' : policy;

const isKeep = (policy: NonNullable<Settings['deletePolicy']>): policy is 'keep' | readonly ['keep'] =>
  policy === 'keep' || policy[0] === 'keep';

function podOf(manifest: Manifest, pod: Settings['pod'], owner: Path): PodSettings {
  if (pod === undefined) return NO_SETTINGS;
  const { like, ...values } = pod;
  if (like === undefined) return { values };
  const slash = like.indexOf('/');
  const test = compilePattern(like.slice(slash + 1));
  return {
    values,
    like: {
      text: like,
      kind: like.slice(0, slash),
      // What is no pattern has been refused.
      isNamed: typeof test === 'function' ? test : () => false,
      place: placeOf(manifest, [...owner, 'pod', 'like']),
    },
  };
}

const NO_SETTINGS: PodSettings = { values: {} };

const readWeight = (weight: HookShape['weight']): Pick<Rule, 'weight' | 'weightByEvent'> =>
  typeof weight === 'object'
    ? { weightByEvent: new Map(Object.entries(weight) as [Event, number][]) }
    : { ...(weight !== undefined && { weight }) };

function readJobName(jobName: NonNullable<Settings['jobName']>): JobName {
  const { suffix, format = 'unix' } = typeof jobName === 'string' ? { suffix: jobName } : jobName;
  return suffix === 'timestamp' ? { suffix, format } : { suffix };
}
