/** Values as YAML that says the same to readers of YAML 1.1 and 1.2: a text that is more than a plain word stands in quotes, or in a block. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import type { Json } from '../model/json.ts';
import type { ExportedPatch } from './patches.ts';

/** What the text of each exported patch begins with, so that a later export finds and replaces it. */
export const MARK = '# hookorder';

/** Block style, two blanks of indentation. */
export function yamlText(value: Json): string {
  return asDocument(value).toString({ lineWidth: 0 });
}

/** The same as a document, to put into others. */
export function asDocument(value: Json): Document {
  const document = new Document(value);
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node)) node.type = styleOf(node.value);
    },
  });
  return document;
}

function styleOf(value: unknown): Scalar.Type {
  if (typeof value !== 'string') return Scalar.PLAIN;
  if (/\n/.test(value)) return Scalar.BLOCK_LITERAL;
  return /^[A-Za-z][\w.-]*(?:\/[\w.-]+)*$/.test(value) && !WORDS.test(value) ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
}

/** Words that YAML 1.1 takes for a boolean or for null. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

/** An entry of `patches`, as kustomize and Flux have it. */
export function entryOf(patch: ExportedPatch): Json {
  const { group, version, kind, name, namespace } = patch.target;
  return {
    target: {
      ...(group !== undefined && { group }),
      version,
      kind,
      name,
      ...(namespace !== undefined && { namespace }),
    },
    patch: `${markOf(patch)}\n${yamlText(contentOf(patch))}`,
  };
}

/** Names the hook of the config, so that every line of a patch can be traced. */
const markOf = ({ hook, body }: ExportedPatch): string =>
  hook === undefined
    ? `${MARK}: the chart's ordering config is no object of the release`
    : `${MARK}: ${'deletes' in body ? 'dropped by ' : ''}hook ${JSON.stringify(hook)}`;

function contentOf({ resource, body }: ExportedPatch): Json {
  if ('operations' in body) return body.operations.map((operation) => ({ ...operation }));
  const { apiVersion, kind, name } = resource;
  const tree = 'merge' in body ? body.merge : { $patch: 'delete' };
  const { metadata, ...rest } = tree;
  return { apiVersion, kind, metadata: { name, ...(metadata as object) }, ...rest } as Json;
}
