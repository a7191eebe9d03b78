/**
 * `hook/in-list`, `release/list-anchor`: what becomes of the items of a List depends on whether Helm has a post-renderer, because only then it
 * unfolds `kind: List`, before it looks for hooks [X 4.1.4, 4.2.3, 4.3.2].
 *
 * What the config claims leaves its List (edit/extract.ts), so it is a hook everywhere.
 */
import { findingOf } from '../../model/finding.ts';
import { HOOK } from '../../model/helm.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Check } from '../../release/release.ts';
import { HOOK_PATH } from './places.ts';

const ALONE = 'write it as a document of its own in its template';

/** `hook/in-list`. */
export const checkHooksInLists: Check = ({ resource, rule, copyFor }) => {
  const { item } = resource.document;
  if (item === undefined || rule !== undefined || copyFor !== undefined) return [];
  const name = formatResource(resource);
  const { listKind } = item;
  if (Object.hasOwn(resource.annotations, HOOK)) {
    const message = item.isUnfoldedByHelm
      ? `${name} is an item of a ${listKind}: Helm takes it for a hook only where a post-renderer is in use, and creates an ordinary resource otherwise`
      : `${name} is an item of a ${listKind}, in which Helm looks for no hooks, so it is an ordinary resource`;
    return [findingOf('hook/in-list', resource, HOOK_PATH, message, { hint: ALONE })];
  }
  if (!item.isOfHook) return [];
  const message = `${name} is an item of a ${listKind} that is a hook: with any post-renderer Helm unfolds the ${listKind}, its ${HOOK} is lost, and ${name} is an ordinary resource`;
  return [
    findingOf('hook/in-list', resource, ['metadata'], message, { hint: `${ALONE}, with hook annotations of its own` }),
  ];
};

/** `release/list-anchor`. */
export const checkAnchorsInLists: Check = ({ resource, copyFor }) => {
  const { item } = resource.document;
  if (item?.usesOutsideAnchor !== true || copyFor !== undefined) return [];
  return [
    findingOf(
      'release/list-anchor',
      resource,
      [],
      `${formatResource(resource)} repeats by an alias what stands elsewhere in its ${item.listKind}: with any post-renderer Helm unfolds the ${item.listKind}, and then refuses the release, because the alias has lost its anchor`,
      { hint: 'write the value out in the template instead of the alias' },
    ),
  ];
};
