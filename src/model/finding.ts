/**
 * What hookorder has to say about a release. Problems of the user are findings, values that accumulate; an exception
 * means a bug in hookorder.
 *
 * The codes are one closed union, and each has one severity unless spec says that a flag raises it. What a code means, with an example
 * and a way out, is in docs/findings.md and `hookorder explain`, both made from report/catalogue/catalogue.ts.
 */
import type { Path } from './json.ts';
import type { Resource } from './manifest.ts';
import type { Place, Position } from './span.ts';

export type Severity = 'error' | 'warning' | 'info';

/** The severity that each code has unless a finding says otherwise. */
export const SEVERITIES = {
  'input/unreadable': 'error',
  'input/empty': 'error',
  'input/not-utf8': 'error',
  'input/invalid-yaml': 'error',
  'input/not-a-resource': 'warning',
  'input/helm3-post-render': 'error',
  'input/duplicate-key': 'warning',
  'input/read-two-ways': 'warning',
  'input/helm-rewrites-text': 'warning',

  'config/missing': 'error',
  'config/two-configs': 'error',
  'config/of-subchart': 'warning',
  'config/unreadable': 'error',
  'config/invalid-yaml': 'error',
  'config/invalid-value': 'error',
  'config/unknown-key': 'error',
  'config/missing-key': 'error',
  'config/duplicate-name': 'error',
  'config/unknown-hook': 'error',
  'config/invalid-pattern': 'error',

  'order/matches-nothing': 'error',
  'order/claimed-twice': 'error',
  'order/no-events': 'error',
  'order/cycle': 'error',
  'order/impossible': 'error',
  'order/weight-conflict': 'error',
  'order/patch-failed': 'error',
  'order/turned-round': 'error',

  'hook/unknown-event': 'error',
  'hook/weight-not-integer': 'error',
  'hook/annotation-not-string': 'error',
  'hook/unknown-delete-policy': 'error',
  'hook/unknown-log-policy': 'error',
  'hook/unknown-annotation': 'warning',
  'hook/in-list': 'warning',
  'hook/no-delete-policy': 'info',
  'hook/name-blocks-rerun': 'warning',
  'hook/delete-policy-loses-data': 'error',
  'hook/logs-lost': 'warning',
  'hook/not-awaited': 'warning',
  'hook/adopts-resource': 'error',
  'hook/keeps-own-state': 'warning',

  'refs/not-yet-created': 'error',
  'refs/created-too-late': 'error',
  'refs/stale-on-upgrade': 'warning',
  'refs/waits-forever': 'error',
  'refs/wait-cycle': 'warning',
  'refs/already-deleted': 'error',
  'refs/waits-for-deleted-hook': 'warning',
  'refs/mentions-service': 'warning',
  'refs/copy-loses-identity': 'warning',
  'refs/taken-away': 'error',

  'live/deleted-on-upgrade': 'warning',
  'live/selected': 'warning',
  'live/kept-out': 'warning',
  'live/field-conflict': 'warning',
  'live/deleted-by-hook': 'warning',
  'live/hook-becomes-plain': 'error',

  'rights/missing-verb': 'warning',
  'rights/not-bound': 'warning',

  'job/restart-always': 'error',
  'job/no-deadline': 'info',
  'job/deadline-exceeds-timeout': 'warning',
  'job/no-backoff-limit': 'info',
  'job/immutable': 'warning',
  'job/ttl-too-short': 'warning',
  'job/ttl-reruns': 'warning',
  'job/unique-name-piles-up': 'warning',
  'job/source-date-epoch': 'info',
  'job/runs-less-often': 'warning',

  'name/too-long': 'error',
  'name/duplicate': 'error',
  'name/generated': 'warning',
  'name/random': 'info',
  'name/mention-not-renamed': 'warning',

  'argocd/needs-later': 'error',
  'argocd/waits-forever': 'error',
  'argocd/names-later-service': 'warning',
  'argocd/claim-unbound': 'error',
  'argocd/remade': 'error',
  'argocd/deleted-in-use': 'error',
  'argocd/protects-nothing': 'warning',
  'argocd/never-applied': 'error',
  'argocd/never-runs-again': 'error',
  'argocd/unknown-word': 'warning',
  'argocd/wave-not-integer': 'warning',
  'argocd/wave-overrules-weight': 'warning',
  'argocd/policies-add-up': 'warning',
  'argocd/runs-at-each-sync': 'info',
  'argocd/ttl': 'warning',
  'argocd/replaced': 'error',
  'argocd/only-hooks': 'warning',
  'argocd/deletion-lacks': 'error',
  'argocd/deletion-order': 'warning',
  'argocd/counts-as-run': 'warning',

  'release/too-large': 'warning',
  'release/list-anchor': 'error',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof SEVERITIES;
export const FINDING_CODES = Object.keys(SEVERITIES) as readonly FindingCode[];

/** Errors that come as warnings where the harm is not certain. */
const AT_TIMES_WARNINGS: readonly FindingCode[] = [
  'hook/delete-policy-loses-data',
  'refs/not-yet-created',
  'refs/created-too-late',
  'refs/already-deleted',
  'job/restart-always',
  'argocd/needs-later',
  'argocd/claim-unbound',
  'argocd/remade',
  'argocd/replaced',
  'argocd/deletion-lacks',
];

/** True for a code that `lint.ignore` takes without a reason. */
export const isIgnorable = (code: FindingCode): boolean =>
  SEVERITIES[code] !== 'error' || AT_TIMES_WARNINGS.includes(code);

/** True for a code whose errors, where the chart itself brought them, `lint.ignore` takes with a reason: nothing else makes them an order or a stream. */
export const isIgnorableWithReason = (code: FindingCode): boolean =>
  !/^(?:input|config|order)\//.test(code) && code !== 'refs/taken-away' && code !== 'hook/adopts-resource';

/** What several findings of one cause say together, `$all` in place of their members. */
export interface Cause {
  /** Equal for findings of one cause; they have the same code and severity. */
  readonly key: string;
  /** `Kind/name`: what is peculiar to this one. */
  readonly member: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** One sentence without a final period, the resource as its subject: `Job/x needs ConfigMap/y, which …`. */
  readonly message: string;
  /** One imperative action that resolves it. */
  readonly hint?: string;
  readonly resource?: Resource;
  /** Where in the resource. */
  readonly path?: Path;
  /** Where in the stream; absent when unknown. */
  readonly position?: Position;
  /** The source line at `position`, and the words in it that matter, for a code frame. */
  readonly frame?: { readonly line: string; readonly mark?: string };
  /** Where in the config, and which of its hooks. */
  readonly config?: Place & { readonly hook?: string };
  /** Absent for a finding that no other has its cause in common with. */
  readonly cause?: Cause;
  /** Of a finding that tells several of one cause: each of them, the first one too. */
  readonly members?: readonly Finding[];
}

/** The `Kind/name` of each member, in order; none for a finding that stands for itself. */
export const membersOf = ({ members = [] }: Finding): readonly string[] =>
  members.flatMap(({ cause }) => cause?.member ?? []);

/** A finding of a resource: its severity by its code, its place in the stream looked up. */
export function findingOf(
  code: FindingCode,
  resource: Resource,
  path: Path,
  message: string,
  more: Pick<Finding, 'hint' | 'config' | 'cause'> & { readonly severity?: Severity; readonly mark?: string } = {},
): Finding {
  const manifest = resource.manifest();
  const position = manifest.locate(path);
  const line = position && manifest.lineAt(position);
  return {
    code,
    severity: more.severity ?? SEVERITIES[code],
    message,
    resource,
    path,
    ...(position && { position }),
    ...(line !== undefined && { frame: { line, ...(more.mark !== undefined && { mark: more.mark }) } }),
    ...(more.hint !== undefined && { hint: more.hint }),
    ...(more.config && { config: more.config }),
    ...(more.cause && { cause: more.cause }),
  };
}

/** What a config is told by: a rule's name, and where its keys stand. */
interface Entry {
  readonly name: string;
  readonly place: Place;
  readonly placeOf: (key: string) => Place;
}

/** A finding that a rule of the config is answerable for, placed at one of its keys. */
export function findingAtRule(
  code: FindingCode,
  rule: Entry,
  message: string,
  more: Pick<Finding, 'hint' | 'resource'> & { readonly key?: string; readonly severity?: Severity } = {},
): Finding {
  return {
    code,
    severity: more.severity ?? SEVERITIES[code],
    message,
    config: { ...(more.key === undefined ? rule.place : rule.placeOf(more.key)), hook: rule.name },
    ...(more.hint !== undefined && { hint: more.hint }),
    ...(more.resource && { resource: more.resource }),
  };
}

/** Codes that mean that the work could not be done at all (exit 2), whatever `--fail-on` says. */
export const isUnusable = (finding: Finding): boolean =>
  finding.severity === 'error' && (finding.code.startsWith('input/') || finding.code.startsWith('config/'));

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
export const compareSeverity = (a: Severity, b: Severity): number => RANK[a] - RANK[b];
