/**
 * Words in annotations that Argo CD does not know, or reads another way than Helm: `argocd/unknown-word`, `argocd/never-applied`,
 * `argocd/policies-add-up`, `argocd/runs-at-each-sync`, `argocd/wave-overrules-weight`, `argocd/wave-not-integer`.
 */
import {
  ARGO_DELETE_POLICY,
  ARGO_HOOK,
  ARGO_WAVE,
  HELM_EVENTS_OF_ARGO,
  isArgoHookWord,
  isArgoPolicyWord,
  wordsIn,
} from '../../engines/argocd/annotations.ts';
import type { Finding } from '../../model/finding.ts';
import {
  type Event,
  HOOK,
  HOOK_DELETE_POLICY,
  HOOK_WEIGHT,
  hasEventOf,
  readHookEvents,
  readHookWeight,
} from '../../model/helm.ts';
import { nearest } from '../../model/nearest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { annotationPath, found } from './found.ts';
import { roleIn } from './moments.ts';

const ARGO_WORDS = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'Skip', 'PreDelete', 'PostDelete'];
const POLICY_WORDS = ['BeforeHookCreation', 'HookSucceeded', 'HookFailed'];

export const checkArgoWords: Check = (placement, release) => [
  ...hookWords(placement, release),
  ...policyWords(placement, release),
  ...helmEvents(placement, release),
  ...waveWord(placement),
];

function hookWords(placement: Placement, release: Release): readonly Finding[] {
  const own = wordsIn(placement.value(), ARGO_HOOK);
  const unknown = own.words.filter((word) => !isArgoHookWord(word));
  if (own.text === undefined || (unknown.length === 0 && own.words.length > 0)) return [];
  const { phases, atDeletion } = roleIn(placement, release);
  const shown = unknown.length === 0 ? 'an empty value' : unknown.map((word) => `"${word}"`).join(', ');
  const isApplied = phases.length + atDeletion.length > 0;
  const effect = isApplied
    ? own.words.some(isArgoHookWord)
      ? 'which it ignores'
      : `so Helm's events count: it runs in ${[...phases, ...atDeletion].join(' and ')}`
    : 'so it is a hook of nothing and never applied';
  return [
    found(
      isApplied ? 'argocd/unknown-word' : 'argocd/never-applied',
      placement,
      `${formatPlacement(placement)} has ${shown} in ${ARGO_HOOK}, which Argo CD does not know, ${effect}`,
      { path: annotationPath(ARGO_HOOK), hint: suggest(unknown[0], ARGO_WORDS) },
    ),
  ];
}

function policyWords(placement: Placement, release: Release): readonly Finding[] {
  const { isHook, phases, deletes } = roleIn(placement, release);
  if (!isHook || phases.length === 0) return [];
  const value = placement.value();
  const own = wordsIn(value, ARGO_DELETE_POLICY);
  const unknown = own.words.filter((word) => !isArgoPolicyWord(word));
  const helm = wordsIn(value, HOOK_DELETE_POLICY);
  const known = own.words.filter(isArgoPolicyWord);
  const findings: Finding[] = [];
  if (unknown.length > 0)
    findings.push(
      found(
        'argocd/unknown-word',
        placement,
        `${formatPlacement(placement)} has ${unknown.map((word) => `"${word}"`).join(', ')} in ${ARGO_DELETE_POLICY}, which Argo CD does not know: what counts is ${deletes.join(' and ')}`,
        { path: annotationPath(ARGO_DELETE_POLICY), hint: suggest(unknown[0], POLICY_WORDS) },
      ),
    );
  const added = deletes.filter((policy) => !known.includes(policy));
  if (known.length > 0 && helm.text !== undefined && added.length > 0)
    findings.push(
      found(
        'argocd/policies-add-up',
        placement,
        `${formatPlacement(placement)} has delete policies of Argo CD and of Helm, and they add up: ${added.join(' and ')} of ${HOOK_DELETE_POLICY} counts besides ${known.join(' and ')}`,
        {
          path: annotationPath(HOOK_DELETE_POLICY),
          hint: `take ${HOOK_DELETE_POLICY} off, or write in it what ${ARGO_DELETE_POLICY} says`,
        },
      ),
    );
  return findings;
}

/** Events that one of the two knows, and Jobs that Helm runs less often. */
function helmEvents(placement: Placement, release: Release): readonly Finding[] {
  const value = placement.value();
  const { phases, atDeletion, isHook } = roleIn(placement, release);
  const { text, words } = wordsIn(value, HOOK);
  if (!isHook || text === undefined || wordsIn(value, ARGO_HOOK).words.some(isArgoHookWord)) return [];
  const ignored = words.filter((word) => !HELM_EVENTS_OF_ARGO.includes(word));
  const { events, unknown } = readHookEvents(text);
  const name = formatPlacement(placement);
  const path = annotationPath(HOOK);
  if (phases.length + atDeletion.length === 0) {
    // Tests and rollbacks are no part of a sync, which their authors know: a typing mistake is another thing.
    const isMeant = unknown.length === 0 && !hasEventOf(events, 'install', 'upgrade', 'uninstall');
    if (isMeant && events.length > 0) return [];
    return [
      found(
        'argocd/never-applied',
        placement,
        `${name} is a hook of "${text}", of which Argo CD knows no word: it is never applied`,
        {
          path,
          hint: suggest(words[0], HELM_EVENTS_OF_ARGO),
        },
      ),
    ];
  }
  if (ignored.length > 0)
    return [
      found(
        'argocd/unknown-word',
        placement,
        `${name} is a hook of ${ignored.map((word) => `"${word}"`).join(' and ')} too, which Argo CD does not know: it runs in ${[...phases, ...atDeletion].join(' and ')} alone`,
        {
          path,
          hint: `run what ${ignored.join(' and ')} does by other means, and take ${ignored.length > 1 ? 'them' : 'it'} out`,
        },
      ),
    ];
  return runsMoreOften(placement, events);
}

function runsMoreOften(placement: Placement, events: readonly Event[]): readonly Finding[] {
  const { kind } = placement.resource;
  if (kind !== 'Job' && kind !== 'Pod') return [];
  const [installs, upgrades] = [hasEventOf(events, 'install'), hasEventOf(events, 'upgrade')];
  if (installs === upgrades) return [];
  return [
    found(
      'argocd/runs-at-each-sync',
      placement,
      installs
        ? `${formatPlacement(placement)} runs once with Helm, when the release is installed, and with Argo CD at every sync`
        : `${formatPlacement(placement)} runs only at upgrades with Helm, and with Argo CD at every sync, the first one too`,
      {
        path: annotationPath(HOOK),
        hint: installs
          ? 'let it do nothing when its work is done, or make it a plain Job (`hook: false`, `jobName: hash`)'
          : 'let it do nothing where there is nothing to upgrade',
      },
    ),
  ];
}

function waveWord(placement: Placement): readonly Finding[] {
  const { text } = wordsIn(placement.value(), ARGO_WAVE);
  if (text === undefined || readHookWeight(text).valid) return [];
  return [
    found(
      'argocd/wave-not-integer',
      placement,
      `${formatPlacement(placement)} has "${text}" as its ${ARGO_WAVE}, which is no integer, so Argo CD ignores it`,
      { path: annotationPath(ARGO_WAVE), hint: 'write an integer in quotes, as "-5"' },
    ),
  ];
}

const suggest = (word: string | undefined, known: readonly string[]): string => {
  const lower = (word ?? '').toLowerCase();
  const meant =
    known.find((each) => each.toLowerCase() === lower.replaceAll(/[-_ ]/g, '')) ?? nearest(word ?? '', known);
  return meant === undefined ? `write one of ${known.join(', ')}` : `write ${meant}`;
};

/** A wave that puts two runs together, or round, which weights put one after the other. */
export const checkWavesAndWeights: Check = (placement, release) => {
  const own = weightedRuns(release).get(placement);
  if (own === undefined) return [];
  for (const [other, theirs] of weightedRuns(release)) {
    if (theirs.weight >= own.weight || theirs.wave < own.wave) continue;
    if (!theirs.phases.some((phase) => own.phases.includes(phase)) || !(own.hasWave || theirs.hasWave)) continue;
    const how =
      theirs.wave === own.wave
        ? `in the same wave, ${own.wave}, so they run at the same time`
        : `in wave ${theirs.wave}, after wave ${own.wave}`;
    return [
      found(
        'argocd/wave-overrules-weight',
        placement,
        `${formatPlacement(placement)} has weight ${own.weight}, after ${formatPlacement(other)} with ${theirs.weight}, but ${ARGO_WAVE} overrules weights: ${formatPlacement(other)} is ${how}`,
        {
          path: annotationPath(own.hasWave ? ARGO_WAVE : HOOK_WEIGHT),
          hint: `take ${ARGO_WAVE} off both, so that their weights are their waves, or give ${formatPlacement(placement)} a later one`,
        },
      ),
    ];
  }
  return [];
};

interface Weighted {
  readonly weight: number;
  readonly wave: number;
  readonly hasWave: boolean;
  readonly phases: readonly string[];
}

/** Jobs and Pods that are hooks: of other kinds the order inside a wave is enough. */
const weightedRuns = once((release): ReadonlyMap<Placement, Weighted> => {
  const runs = new Map<Placement, Weighted>();
  for (const placement of [...release.byKind('Job'), ...release.byKind('Pod')]) {
    const role = roleIn(placement, release);
    const weight = wordsIn(placement.value(), HOOK_WEIGHT).text;
    const isWeighted = weight !== undefined || placement.hook !== undefined;
    if (!role.isHook || role.phases.length === 0 || !isWeighted) continue;
    const hasWave = wordsIn(placement.value(), ARGO_WAVE).text !== undefined;
    runs.set(placement, { weight: readHookWeight(weight).weight, wave: role.wave, hasWave, phases: role.phases });
  }
  return runs;
});
