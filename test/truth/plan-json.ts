/** What `plan -o json` prints of an operation, as lines that can be held against what was seen. */
import type { JsonPlan } from '../../src/report/plan/json.ts';
import type { Document } from './record.ts';
import { inOrderOfKinds } from './texts.ts';

const VERBS: Readonly<Record<string, string>> = {
  create: 'create',
  update: 'apply',
  skip: 'apply',
  wait: 'wait',
  delete: 'delete',
};

/** Deeds of hooks, and deletions of the release's own. */
export function jsonTexts({ operations }: JsonPlan, name: string, documents: readonly Document[]): readonly string[] {
  const run = operations.find((each) => each.name === name)?.run ?? [];
  const steps = run
    .filter(({ because }) => because !== 'claim-of-statefulset' && because !== 'unknown-event')
    .filter(({ phase, do: deed }) => phase !== 'release' || deed === 'delete')
    // A run that has ended already is awaited for no time.
    .filter(({ do: deed }, at, all) => deed !== 'wait' || all[at - 1]?.because !== 'already-there')
    .flatMap(({ do: deed, kind, name: object }) =>
      VERBS[deed] === undefined ? [] : [`${VERBS[deed]} ${kind}/${object}`],
    );
  return inOrderOfKinds(steps, titlesOf(documents, false));
}

/** What was seen, without the objects of the release that are created or updated: a plan only counts them. */
export function seenBesides(steps: readonly string[], documents: readonly Document[]): readonly string[] {
  const hooks = titlesOf(documents, true);
  const told = steps.filter((step) => step.startsWith('delete') || hooks.has(step.replace(/^\w+ /, '')));
  return inOrderOfKinds(told, titlesOf(documents, false));
}

const titlesOf = (documents: readonly Document[], areHooks: boolean): ReadonlySet<string> =>
  new Set(
    documents
      .filter(({ metadata }) => (metadata.annotations?.['helm.sh/hook'] !== undefined) === areHooks)
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`),
  );
