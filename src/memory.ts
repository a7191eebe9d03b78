/** From texts in memory to what the pipeline wants: the library and the playground read no file. */
import { decodeConfig } from './config/load.ts';
import { twoConfigs } from './config/two-configs.ts';
import { NEWEST_ARGO } from './engines/argocd/versions.ts';
import type { Circumstances } from './engines/engine.ts';
import { NEWEST_HELM } from './engines/helm/versions.ts';
import { PLAIN_BYTES } from './model/bytes.ts';
import type { Finding } from './model/finding.ts';
import { DEFAULT_TIMEOUT_SECONDS } from './model/helm.ts';
import type { Document, Resource } from './model/manifest.ts';
import { sha256 } from './model/sha256.ts';
import type { PipelineInput } from './pipeline.ts';
import type * as Public from './public.d.ts';

export function requestOf(given: Public.Content, options: Public.OrderOptions): PipelineInput {
  const { name, content } = named(given, 'stream.yaml');
  const { target, version, wait, timeoutSeconds } = options;
  return {
    ...circumstancesOf(options),
    said: {
      ...(target && { target }),
      ...(version && { version }),
      ...(wait !== undefined && { wait }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    },
    file: name,
    read: () => content,
    findConfig: (carried) => findConfig(carried, options),
    needsConfig: false,
    scope: options.check === 'all' ? 'all' : 'claimed',
    severity: 'info',
    now: () => secondsOf(options.now),
    digest: (text) => sha256(PLAIN_BYTES.encode(text)).slice(0, 8),
    unsureReader: () => undefined,
  };
}

export const circumstancesOf = ({
  target = 'helm',
  version,
  wait,
  timeoutSeconds,
}: Public.Circumstances): Circumstances => ({
  target,
  version: version ?? (target === 'argocd' ? NEWEST_ARGO : NEWEST_HELM),
  wait: wait ?? false,
  timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
});

const secondsOf = (now: Date | number | undefined): number =>
  typeof now === 'number' ? now : Math.floor((now?.getTime() ?? Date.now()) / 1000);

function named(given: Public.Content, usual: string): { readonly name: string; readonly content: Uint8Array } {
  // Not by `instanceof`: bytes may come from another frame.
  const { name, content } = typeof given === 'object' && 'content' in given ? given : { name: usual, content: given };
  return { name, content: typeof content === 'string' ? PLAIN_BYTES.encode(content) : content };
}

/** The config that is given, else the stream's own; both are an error. */
function findConfig(
  inStream: readonly Resource[],
  { config = [], ignoreChartConfig }: Public.OrderOptions,
): readonly Document[] | readonly Finding[] | undefined {
  const given = (isList(config) ? config : [config]).map((each, at) =>
    named(each, at === 0 ? 'hookorder.yaml' : `hookorder-${at + 1}.yaml`),
  );
  const [carried] = ignoreChartConfig ? [] : inStream;
  if (given.length === 0) return carried && inStream.map(({ document }) => document);
  if (carried !== undefined) return [twoConfigs(given.map(({ name }) => name).join(', '), carried)];
  const read = given.map(({ name, content }) => decodeConfig(content, name));
  const failures = read.flatMap((each) => ('code' in each ? [each] : []));
  return failures.length > 0 ? failures : read.flatMap((each) => ('code' in each ? [] : each));
}

const isList = (config: Public.Content | readonly Public.Content[]): config is readonly Public.Content[] =>
  Array.isArray(config);
