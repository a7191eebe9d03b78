/**
 * What conditions of a script ask for.
 */
import type { Node, Script } from './shell-tree.ts';

/** `[ $? -ne 0 ]`: the result of the command before it decides. */
export const asksForStatus = (node: Node): boolean =>
  node.type === 'simple' && node.words.some(({ source }) => source.includes('$?'));

/** True for a script that asks the cluster whether something is there. */
export const looks = (script: Script): boolean =>
  script.some(({ nodes }) =>
    nodes.some(
      (node) =>
        node.type === 'simple' &&
        (/^(?:kubectl|oc|helm)$/.test(node.words[0]?.source ?? '') ||
          node.words.some(({ parts }) => parts.some((part) => part.type === 'run' && looks(part.script)))),
    ),
  );
