/** What in a HelmRelease makes the exported patches void, or does more with the release than the plan says. */
import { type Finding, type FindingCode, SEVERITIES, type Severity } from '../../model/finding.ts';
import { type Event, HOOK, isAwaited, OPERATIONS } from '../../model/helm.ts';
import { isObject, type Json, listOf, type Path, valueAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { formatPlacement, type Placement, type Plan } from '../../model/plan.ts';
import { isOurs, placeIn } from '../file.ts';
import { type ExportedPatch, enteredIn } from '../patches.ts';
import { ACTIONS, releaseNameOf, specOf } from './settings.ts';

export interface FluxRelease {
  /** The HelmRelease. */
  readonly manifest: Manifest;
  readonly plan: Plan;
  readonly patches: readonly ExportedPatch[];
}

type Check = (release: FluxRelease) => readonly Finding[];

export const checkHelmRelease: Check = (release) =>
  [
    hooksDisabled,
    hooksNotSent,
    otherRelease,
    chartNotPinned,
    otherPatches,
    undoesUpgrade,
    retriedAsUpgrade,
    driftReruns,
    testsNotRun,
  ].flatMap((check) => check(release));

/** A finding at a path of the HelmRelease, which is told below `spec`. */
function at(
  code: FindingCode,
  { manifest }: FluxRelease,
  path: Path,
  message: string,
  more: { readonly hint: string; readonly severity?: Severity },
): Finding {
  const { severity = SEVERITIES[code], hint } = more;
  return { code, severity, message, hint, config: placeIn(manifest, ['spec', ...path]) };
}

const spec = ({ manifest }: FluxRelease, ...path: Path): Json | undefined => specOf(manifest.value, ...path);

const ofConfig = ({ plan }: FluxRelease): readonly Placement[] =>
  plan.placements.filter(({ rule, hook }) => rule !== undefined && hook !== undefined);

const isIn = ({ hook }: Placement, events: readonly Event[]): boolean =>
  events.some((event) => hook?.events.includes(event));

const namesOf = (placements: readonly Placement[]): string => {
  const names = placements.map(formatPlacement);
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
};

const hooksDisabled: Check = (release) =>
  ACTIONS.flatMap((action) => {
    const hooks = ofConfig(release).filter((placement) => isIn(placement, OPERATIONS[action]));
    if (spec(release, action, 'disableHooks') !== true || hooks.length === 0) return [];
    return [
      at(
        'flux/hooks-disabled',
        release,
        [action, 'disableHooks'],
        `\`${action}.disableHooks\` keeps ${namesOf(hooks)} from running`,
        {
          hint: `take disableHooks out of spec.${action}`,
        },
      ),
    ];
  });

const hooksNotSent: Check = (release) => {
  const hooks = release.patches.filter(({ resource }) => Object.hasOwn(resource.annotations, HOOK));
  if (spec(release, 'postRenderStrategy') !== 'nohooks' || hooks.length === 0) return [];
  const names = [...new Set(hooks.map(({ resource }) => formatPlacement({ resource, name: resource.name })))].join(
    ', ',
  );
  return [
    at(
      'flux/hooks-not-sent',
      release,
      ['postRenderStrategy'],
      `\`postRenderStrategy: nohooks\` keeps the patches from the hooks of the chart: ${names}`,
      {
        hint: 'write postRenderStrategy: combined',
      },
    ),
  ];
};

const INSTANCE = 'app.kubernetes.io/instance';

/** By the label that charts give the name of their release, and by names: the patches find objects by name. */
const otherRelease: Check = (release) => {
  const name = releaseNameOf(release.manifest.value);
  const resources = enteredIn(release.plan);
  const [instance, ...others] = new Set(
    resources.map(({ labels }) => labels[INSTANCE]).filter((label) => typeof label === 'string'),
  );
  if (name === undefined || name.length > MAX_NAME || instance === undefined || others.length > 0) return [];
  const isNamed = (part: string): boolean => resources.some((resource) => resource.name.includes(part));
  if (instance === name || isNamed(name) || !isNamed(instance)) return [];
  return [
    at(
      'flux/other-release',
      release,
      ['releaseName'],
      `the HelmRelease makes a release called ${name}, and this stream was rendered as ${instance}: no patch would find its object`,
      {
        hint: `render the stream with \`helm template ${name} …\`, or write releaseName: ${instance}`,
      },
    ),
  ];
};

/** Flux cuts longer names of releases. */
const MAX_NAME = 53;

const EXACT = /^[=v]*\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** Where the version is another object's, nothing is known of it. */
const chartNotPinned: Check = (release) => {
  const chart = spec(release, 'chart', 'spec');
  if (!isObject(chart) || ['GitRepository', 'Bucket'].includes(String(valueAt(chart, ['sourceRef', 'kind']))))
    return [];
  const isOci = spec(release, 'chart', 'kind') === 'OCIRepository';
  const isPinned = isOci
    ? ['tag', 'digest'].some((key) => valueAt(chart, ['ref', key]) !== undefined)
    : EXACT.test(String(chart['version'] ?? ''));
  if (isPinned) return [];
  const key = isOci ? 'ref' : 'version';
  return [
    at(
      'flux/chart-not-pinned',
      release,
      ['chart', 'spec', ...(chart[key] === undefined ? [] : [key])],
      'Flux takes new versions of the chart by itself, and a patch whose object has another name then does nothing, without an error',
      {
        hint: isOci
          ? 'give `ref` a tag or a digest, and export again with each'
          : 'write one version, and export again with each new one',
      },
    ),
  ];
};

const otherPatches: Check = (release) => [...commonMetadata(release), ...patchesBefore(release)];

function commonMetadata(release: FluxRelease): readonly Finding[] {
  const path = ['commonMetadata', 'annotations'];
  const annotations = spec(release, ...path);
  const key = isObject(annotations) ? Object.keys(annotations).find((each) => each.startsWith(HOOK)) : undefined;
  if (key === undefined) return [];
  return [
    at(
      'flux/other-patches',
      release,
      [...path, key],
      `\`commonMetadata\` writes ${key} on every object of the release`,
      {
        hint: `take ${key} out of commonMetadata`,
        severity: 'error',
      },
    ),
  ];
}

/** Patches of the user's that come first and make hooks, or remove, what the export patches. The plan knows nothing of them. */
function patchesBefore(release: FluxRelease): readonly Finding[] {
  return listOf(spec(release, 'postRenderers')).flatMap((renderer, index) =>
    listOf(valueAt(renderer, ['kustomize', 'patches'])).flatMap((patch, place): readonly Finding[] => {
      const text = String(valueAt(patch, ['patch']));
      const hit = isOurs(patch) ? undefined : release.patches.find((ours) => mayTouch(patch, text, ours));
      if (hit === undefined || !/helm\.sh\/hook|\$patch: *delete/.test(text)) return [];
      const name = formatPlacement({ resource: hit.resource, name: hit.resource.name });
      return [
        at(
          'flux/other-patches',
          release,
          ['postRenderers', index, 'kustomize', 'patches', place],
          `another patch makes ${name} a hook or removes it, before the exported patches, and the stream of this export has not had it`,
          {
            hint: `take that patch out, and write it in the ordering config`,
          },
        ),
      ];
    }),
  );
}

function mayTouch(patch: Json, text: string, { resource }: ExportedPatch): boolean {
  const target = valueAt(patch, ['target']);
  if (!isObject(target)) return text.includes(resource.kind) && text.includes(resource.name);
  const matches = (key: 'kind' | 'name'): boolean => {
    const pattern = target[key];
    if (typeof pattern !== 'string' || pattern === '') return true;
    try {
      return new RegExp(`^(?:${pattern})$`).test(resource[key]);
    } catch {
      return false;
    }
  };
  return matches('kind') && matches('name');
}

/** What runs before the new app comes is not undone with it. */
const undoesUpgrade: Check = (release) => {
  const remediation = spec(release, 'upgrade', 'remediation');
  const isRetried = spec(release, 'upgrade', 'strategy', 'name') === 'RetryOnFailure';
  const runs = ofConfig(release).filter(
    (placement) => isAwaited(placement.resource.kind) && isIn(placement, ['pre-upgrade']),
  );
  if (!isObject(remediation) || isRetried || runs.length === 0) return [];
  const { retries = 0, remediateLastFailure = retries !== 0, strategy = 'rollback' } = remediation;
  if (retries === 0 && remediateLastFailure !== true) return [];
  const how = strategy === 'uninstall' ? 'uninstalls the release' : 'rolls back to the app before';
  return [
    at(
      'flux/undoes-upgrade',
      release,
      ['upgrade', 'remediation'],
      `after an upgrade that fails Flux ${how}, and ${namesOf(runs)} has run by then`,
      {
        hint: 'write upgrade.strategy.name: RetryOnFailure, which tries the upgrade again and takes nothing back',
        severity: strategy === 'uninstall' ? 'warning' : 'info',
      },
    ),
  ];
};

const retriedAsUpgrade: Check = (release) => {
  if (spec(release, 'install', 'strategy', 'name') !== 'RetryOnFailure') return [];
  const lost = release.plan.placements.filter((placement) =>
    (['pre', 'post'] as const).some(
      (when) => isIn(placement, [`${when}-install`]) && !isIn(placement, [`${when}-upgrade`]),
    ),
  );
  if (lost.length === 0) return [];
  return [
    at(
      'flux/retried-as-upgrade',
      release,
      ['install', 'strategy'],
      `after an install that fails Flux goes on with an upgrade, in which ${namesOf(lost)} does not run`,
      {
        hint: 'give these hooks the upgrade event too, or take install.strategy out',
      },
    ),
  ];
};

const driftReruns: Check = (release) => {
  const ignoresAll = listOf(spec(release, 'driftDetection', 'ignore')).some((rule) =>
    listOf(valueAt(rule, ['paths'])).includes(''),
  );
  if (spec(release, 'driftDetection', 'mode') !== 'enabled' || ignoresAll) return [];
  const jobs = release.plan.placements.filter(
    ({ resource, hook, value }) =>
      resource.kind === 'Job' &&
      hook === undefined &&
      typeof valueAt(value(), ['spec', 'ttlSecondsAfterFinished']) === 'number' &&
      !['annotations', 'labels'].some(
        (place) => valueAt(value(), ['metadata', place, 'helm.toolkit.fluxcd.io/driftDetection']) === 'disabled',
      ),
  );
  if (jobs.length === 0) return [];
  return [
    at(
      'flux/drift-reruns',
      release,
      ['driftDetection', 'mode'],
      `drift detection makes ${namesOf(jobs)} anew, and so runs it again, whenever its TTL has removed it`,
      {
        hint: 'take ttlSecondsAfterFinished out, or give it the annotation helm.toolkit.fluxcd.io/driftDetection: disabled',
      },
    ),
  ];
};

const testsNotRun: Check = (release) => {
  const tests = ofConfig(release).filter((placement) => isIn(placement, OPERATIONS.test));
  if (tests.length === 0 || spec(release, 'test', 'enable') === true) return [];
  return [
    at('flux/tests-not-run', release, ['test'], `Flux runs ${namesOf(tests)} only with \`test.enable: true\``, {
      hint: 'write test.enable: true; Flux then runs the tests after each install and upgrade, and one that fails makes the release fail',
    }),
  ];
};
