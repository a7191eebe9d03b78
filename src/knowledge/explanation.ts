/** What there is to say about one finding code. Each comes from a file of findings/, by way of scripts/knowledge.mjs. */
export interface Explanation {
  /** What is wrong, in a few words, as a heading. */
  readonly title: string;
  /** When a finding of this code is more or less severe: `error with \`--wait\``. */
  readonly otherwise?: string;
  /** What happens in the cluster, or to the release. Markdown. */
  readonly what: string;
  /** As YAML: manifests, with a `kind: HookOrder` document where the config matters; or the step of a pipeline. */
  readonly example: { readonly before: string; readonly after: string };
  readonly resolve: string;
  /** When the finding may be ignored, or why never. */
  readonly ignore: string;
}

/** What there is to say about why a step of a running operation does not go on. Each comes from a file of causes/. */
export interface CauseText<Code extends string> {
  /** Markdown. */
  readonly what: string;
  readonly resolve: string;
  /** Findings that tell it beforehand. */
  readonly lint: readonly Code[];
}
