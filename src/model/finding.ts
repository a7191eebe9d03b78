/**
 * What hookorder has to say about a release. Problems of the user are findings, values that accumulate; an exception
 * means a bug in hookorder.
 *
 * The codes are one closed union, and each has one severity unless spec says that a flag raises it. What a code means, with an example
 * and how to fix it, is in docs/findings.md and `hookorder explain`. All of it, the codes too, comes from knowledge/findings.
 */
import { SEVERITIES as CODES, SOFTER_AT_TIMES } from '../knowledge/codes.generated.ts';
import type { Operation, Path } from './json.ts';
import type { Resource } from './manifest.ts';
import type { Place, Position } from './span.ts';

export type Severity = 'error' | 'warning' | 'info';

/** The severity that each code has unless a finding says otherwise. */
export const SEVERITIES: Readonly<Record<FindingCode, Severity>> = CODES;

export type FindingCode = keyof typeof CODES;
export const FINDING_CODES = Object.keys(CODES) as readonly FindingCode[];

/** True for a code that `lint.ignore` takes without a reason. */
export const isIgnorable = (code: FindingCode): boolean =>
  SEVERITIES[code] !== 'error' || SOFTER_AT_TIMES.includes(code);

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

/** What a config can change to resolve a finding, as far as its check knows; what its code alone tells is in `init/fix`. */
export interface Cure {
  /** The object that would have to change, which need not be the finding's own. */
  readonly of: Resource;
  /** How; absent where its code tells. */
  readonly patch?: readonly Operation[];
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
  /** Where in a file of the chart, the line that `position` was rendered from; absent where that file is not at hand. */
  readonly source?: Place;
  /** The source line at `position`, and the words in it that matter, for a code frame. */
  readonly frame?: { readonly line: string; readonly mark?: string };
  /** Where in the config, and which of its hooks. */
  readonly config?: Place & { readonly hook?: string };
  /** Absent for a finding that no other has its cause in common with. */
  readonly cause?: Cause;
  /** Of a finding that tells several of one cause: each of them, the first one too. */
  readonly members?: readonly Finding[];
  readonly cure?: Cure;
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
  more: Pick<Finding, 'hint' | 'config' | 'cause' | 'cure'> & {
    readonly severity?: Severity;
    readonly mark?: string;
  } = {},
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
    ...(more.cure && { cure: more.cure }),
  };
}

/** What a config is told by: a rule's name, and where its keys stand. */
interface Entry {
  readonly name: string;
  readonly place: Place;
  readonly placeOf: (key: string) => Place;
  readonly lineAt: (place: Place) => string | undefined;
}

/** A finding that a rule of the config is answerable for, placed at one of its keys. */
export function findingAtRule(
  code: FindingCode,
  rule: Entry,
  message: string,
  more: Pick<Finding, 'hint' | 'resource'> & { readonly key?: string; readonly severity?: Severity } = {},
): Finding {
  const place = more.key === undefined ? rule.place : rule.placeOf(more.key);
  // The line of a resource says more than that of the config, and a finding has one line.
  const line = more.resource ? undefined : rule.lineAt(place);
  return {
    code,
    severity: more.severity ?? SEVERITIES[code],
    message,
    config: { ...place, hook: rule.name },
    ...(line !== undefined && { frame: { line } }),
    ...(more.hint !== undefined && { hint: more.hint }),
    ...(more.resource && { resource: more.resource }),
  };
}

/** Codes that mean that the work could not be done at all (exit 2), whatever `--fail-on` says. */
export const isUnusable = (finding: Finding): boolean =>
  finding.severity === 'error' && (finding.code.startsWith('input/') || finding.code.startsWith('config/'));

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
export const compareSeverity = (a: Severity, b: Severity): number => RANK[a] - RANK[b];
