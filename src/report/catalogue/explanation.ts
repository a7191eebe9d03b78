/** What there is to say about one finding code, and the tag for its examples. */
export interface Explanation {
  /** What is wrong, in a few words, as a heading. */
  readonly title: string;
  /** What happens in the cluster, or to the release. */
  readonly what: string;
  /** As YAML: manifests, with a `kind: HookOrder` document where the config matters; or the step of a pipeline. */
  readonly example: { readonly before: string; readonly after: string };
  readonly resolve: string;
  /** When the finding may be ignored, or why never. */
  readonly ignore: string;
}

/** A block of YAML without the indentation that it has in the source. */
export function yaml(strings: TemplateStringsArray): string {
  const lines = (strings[0] ?? '').replace(/^\n|\n[ ]*$/g, '').split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** What all errors that Helm or the API server would make of a release have in common. */
export const NEVER = 'Never: there is no release for which this is meant.';

/** Why an error about a resource of the chart does not matter to `render`. */
export const OF_THE_CHART =
  'It stops no release as long as no hook of the config claims the resource. Where it is meant so, `lint.ignore` takes the error with a reason (`because`).';
