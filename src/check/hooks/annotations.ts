/**
 * Hook annotations that Helm or the API server reads otherwise than they were meant.
 *
 * In: a placement. Out: findings about the annotations with which it leaves; what a rule of the config overwrites is not judged.
 * Annotations of pod templates are none of Helm's business and never looked at.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import {
  DELETE_POLICIES,
  EVENTS,
  HOOK,
  HOOK_ANNOTATIONS,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  HOOK_WEIGHT,
  KEEP_POLICY,
  LOG_POLICIES,
  readHookEvents,
  readHookWeight,
} from '../../model/helm.ts';
import { isObject, type JsonObject, valueAt } from '../../model/json.ts';
import { formatResource, type Resource } from '../../model/manifest.ts';
import { nearest } from '../../model/nearest.ts';
import type { Placement } from '../../model/plan.ts';
import type { Check } from '../../release/release.ts';
import { causeOf } from './places.ts';

const ANNOTATIONS = ['metadata', 'annotations'] as const;

/** `hook/unknown-event`, `hook/weight-not-integer`, `hook/unknown-…-policy`: errors only. */
export const checkAnnotations: Check = (placement) => {
  const { resource } = placement;
  if (placement.copyFor !== undefined) return [];
  const annotations = leavingAnnotations(placement);
  const findings: Finding[] = [];
  for (const key of HOOK_ANNOTATIONS) {
    if (!Object.hasOwn(annotations, key)) continue;
    const value = annotations[key];
    // Other values: checkStrings. Without the hook annotation Helm reads none of the others: mastodon's claims carry a delete policy and are plain.
    if ((typeof value === 'string' || value === null) && Object.hasOwn(annotations, HOOK))
      findings.push(...READERS[key](resource, value ?? ''));
  }
  return findings;
};

/** `hook/unknown-annotation`. */
export const checkUnknownAnnotations: Check = (placement) => {
  const { resource } = placement;
  if (placement.copyFor !== undefined) return [];
  const known: readonly string[] = HOOK_ANNOTATIONS;
  const keys = Object.keys(leavingAnnotations(placement)).filter((key) => key.startsWith(HOOK) && !known.includes(key));
  return keys.map((key) => {
    const meant = nearest(key, HOOK_ANNOTATIONS);
    const message = `${formatResource(resource)} has the annotation ${key}, which Helm does not know and does not read`;
    return findingOf('hook/unknown-annotation', resource, [...ANNOTATIONS, key], message, {
      hint: meant === undefined ? `use one of ${known.join(', ')}` : `did you mean "${meant}"?`,
      mark: key,
    });
  });
};

/** `hook/no-delete-policy`. */
export const checkDefaultPolicy: Check = (placement) => {
  const { resource, hook } = placement;
  // A resource that Helm drops for an unknown event has no policy to speak of.
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (Object.hasOwn(leavingAnnotations(placement), HOOK_DELETE_POLICY)) return [];
  // A test is there to be looked at.
  if (hook.events.every((event) => event === 'test')) return [];
  const message = `${formatResource(resource)} has no ${HOOK_DELETE_POLICY}, so Helm deletes the last one just before it creates the next`;
  return [
    findingOf('hook/no-delete-policy', resource, [...ANNOTATIONS, HOOK], message, {
      hint: `write \`${HOOK_DELETE_POLICY}: before-hook-creation\` if that is meant`,
      ...causeOf(
        placement,
        `$all have no ${HOOK_DELETE_POLICY}, so Helm deletes the last one of each just before it creates the next`,
      ),
    }),
  ];
};

/** A claimed resource is parsed already and its value has what the config writes; for the others the head will do. */
function leavingAnnotations({ rule, resource, value }: Placement): Readonly<JsonObject> {
  if (rule === undefined) return resource.annotations;
  const annotations = valueAt(value(), ANNOTATIONS);
  return isObject(annotations) ? annotations : {};
}

type Reader = (resource: Resource, value: string) => readonly Finding[];

const READERS: Readonly<Record<(typeof HOOK_ANNOTATIONS)[number], Reader>> = {
  [HOOK]: (resource, value) => {
    const word = readHookEvents(value).unknown[0];
    if (word === undefined) return [];
    const what = word === '' ? `an empty word in its ${HOOK}` : `the unknown event "${word}" in its ${HOOK}`;
    return [
      findingOf(
        'hook/unknown-event',
        resource,
        [...ANNOTATIONS, HOOK],
        `${formatResource(resource)} has ${what}, so Helm drops the whole resource and exits 0`,
        { hint: hintForEvent(word, value), ...(word !== '' && { mark: word }) },
      ),
    ];
  },
  [HOOK_WEIGHT]: (resource, value) => {
    if (readHookWeight(value).valid) return [];
    return [
      findingOf(
        'hook/weight-not-integer',
        resource,
        [...ANNOTATIONS, HOOK_WEIGHT],
        `${formatResource(resource)} has the ${HOOK_WEIGHT} ${JSON.stringify(value)}, which Helm reads as 0`,
        { hint: 'write a whole number in quotes, for example "5"', ...(value !== '' && { mark: value }) },
      ),
    ];
  },
  [HOOK_DELETE_POLICY]: (resource, value) => {
    const words = wordsOf(value);
    // `keep` alone is how "never delete" is written: the unknown word switches the default off and does nothing else.
    if (words.length === 1 && words[0] === KEEP_POLICY) return [];
    const effect = words.some((word) => (DELETE_POLICIES as readonly string[]).includes(word))
      ? 'which Helm ignores'
      : 'which does nothing and switches off the default, so Helm never deletes it';
    return unknownPolicy('hook/unknown-delete-policy', resource, HOOK_DELETE_POLICY, value, DELETE_POLICIES, effect);
  },
  [HOOK_OUTPUT_LOG_POLICY]: (resource, value) =>
    value === ''
      ? [] // nothing was asked for, and nothing is printed
      : unknownPolicy(
          'hook/unknown-log-policy',
          resource,
          HOOK_OUTPUT_LOG_POLICY,
          value,
          LOG_POLICIES,
          'which Helm ignores',
        ),
};

function unknownPolicy(
  code: 'hook/unknown-delete-policy' | 'hook/unknown-log-policy',
  resource: Resource,
  key: string,
  value: string,
  known: readonly string[],
  effect: string,
): readonly Finding[] {
  const words = wordsOf(value);
  // A comma too many beside a known word is ignored by Helm, and everybody who reads it does the same.
  const word = words.find((each) => !known.includes(each) && (each !== '' || words.every((other) => other === '')));
  if (word === undefined) return [];
  const what = word === '' ? `an empty ${key}` : `the unknown word "${word}" in its ${key}`;
  const like = nearest(word, known);
  const hint = like === undefined ? `use ${known.join(', ')}` : `write ${like}`;
  return [
    findingOf(code, resource, [...ANNOTATIONS, key], `${formatResource(resource)} has ${what}, ${effect}`, {
      hint: word === '' ? `write one of ${known.join(', ')}, or leave the annotation out` : hint,
      ...(word !== '' && { mark: word }),
    }),
  ];
}

function hintForEvent(word: string, value: string): string {
  if (word === 'crd-install') return "move the definition to the chart's crds folder: crd-install ended with Helm 2";
  if (word === '')
    return value.trim() === '' ? 'name an event, or leave the annotation out' : 'take the comma too many out';
  const like = nearest(word, EVENTS);
  return like === undefined ? `use one of ${EVENTS.join(', ')}` : `write ${like}`;
}

const wordsOf = (value: string): readonly string[] => value.split(',').map((word) => word.trim().toLowerCase());
