/**
 * Errors on resources that the config does not claim, but that it causes: the error is there with the config, and not without it.
 *
 * `render` refuses a release for these errors. Errors of the chart alone never stop it. The error is reported on the hook that fails, so each also
 * names the config entry that causes it: the entry without which the error is gone, or else the entry that causes it alone.
 */
import type { Rule } from '../model/config.ts';
import type { Finding } from '../model/finding.ts';
import { type Event, operationOf } from '../model/helm.ts';
import { enteredOf } from '../model/leaving.ts';
import { getOrMake } from '../model/maps.ts';
import { type Hook, type Placement, replaceIn } from '../model/plan.ts';
import type { Release } from '../release/release.ts';
import { checksOf } from './release.ts';

export interface Comparison {
  /** Under the whole config. */
  readonly release: Release;
  /** The chart alone, or as it would be under these rules and no others; undefined where they make no order. */
  readonly under: (rules: readonly Rule[]) => Release | undefined;
  /** Rules that claim something. */
  readonly rules: readonly Rule[];
}

/** Of more rules than these none is tried by itself. */
const MAX_TRIED = 100;

export function checkUnclaimed({ release, under, rules }: Comparison): readonly Finding[] {
  const suffering = release.placements.filter(
    (placement) => isUnclaimed(placement) && mayErr(placement, release) && isRun(placement, release),
  );
  const faults = suffering.flatMap((placement) => faultsOf(placement, release));
  if (faults.length === 0) return [];
  const alone = under([]);
  const isOfChart = alone === undefined ? () => false : isIn(alone);
  const brought = faults.filter((fault) => !isOfChart(fault));
  const seen = new Set<string>();
  return brought.flatMap((fault): readonly Finding[] => {
    const key = JSON.stringify([
      fault.finding.resource?.document.index,
      kindOfFault(fault.finding),
      fault.finding.path,
    ]);
    if (seen.has(key)) return [];
    seen.add(key);
    const { finding } = fault;
    if (finding.config !== undefined || rules.length > MAX_TRIED) return [finding];
    const rule = answerableFor(fault, rules, under);
    return [rule === undefined ? finding : { ...finding, config: { ...rule.place, hook: rule.name } }];
  });
}

/** One error in one event of one hook. */
interface Fault {
  readonly finding: Finding;
  readonly placement: Placement;
  /** Identifies the fault. Not the message: that contains weights and names, which change. */
  readonly key: string;
}

const isUnclaimed = ({ rule, copyFor }: Placement): boolean => rule === undefined && copyFor === undefined;

/** What is no hook suffers only from what is taken away; in Argo CD it has waves too, and hooks have other annotations. */
const mayErr = ({ hook }: Placement, { gone, circumstances }: Release): boolean =>
  hook !== undefined || gone.length > 0 || circumstances.target === 'argocd';

/** The events in which this release runs a hook. */
const eventsOf = ({ events }: Hook, { circumstances: { operations } }: Release): readonly Event[] =>
  operations === undefined ? events : events.filter((event) => operations.includes(operationOf(event)));

const isRun = ({ hook }: Placement, release: Release): boolean =>
  hook === undefined || hook.events.length === 0 || eventsOf(hook, release).length > 0;

/** An error in one event may hide another in the next, so each event is judged by itself. */
function faultsOf(placement: Placement, release: Release): readonly Fault[] {
  const { hook } = placement;
  const events = hook?.events ?? [];
  const found = checksOf(release)
    .filter(({ isOfOthers }) => isOfOthers)
    .flatMap(({ check, byEvent }) => {
      if (hook === undefined || !byEvent || events.length < 2)
        return check(placement, release).map((finding) => ({ finding, event: byEvent ? events[0] : undefined }));
      return eventsOf(hook, release).flatMap((event) =>
        check(replaceIn(placement, { hook: { ...hook, events: [event] } }), release).map((finding) => ({
          finding,
          event,
        })),
      );
    });
  const counts = new Map<string, number>();
  return found
    .filter(({ finding }) => finding.severity === 'error')
    .map(({ finding, event }) => {
      const place = JSON.stringify([kindOfFault(finding), event, finding.path]);
      const count = counts.get(place) ?? 0;
      counts.set(place, count + 1);
      return { finding, placement, key: `${place} ${count}` };
    });
}

/** An object that comes later, in another event, or is gone by then, is one fault. */
const kindOfFault = ({ code }: Finding): string =>
  /^refs\/(?:not-yet-created|created-too-late|already-deleted)$/.test(code) ? 'lack' : code;

/** Whether a fault is there in another release too. */
function isIn(release: Release): (fault: Fault) => boolean {
  const byEntered = new Map(release.placements.map((placement) => [enteredOf(placement.resource), placement]));
  const keys = new Map<Placement, ReadonlySet<string>>();
  return ({ placement, key }) => {
    const twin = byEntered.get(enteredOf(placement.resource));
    if (twin === undefined) return false;
    return getOrMake(keys, twin, () => new Set(faultsOf(twin, release).map((fault) => fault.key))).has(key);
  };
}

function answerableFor(fault: Fault, rules: readonly Rule[], under: Comparison['under']): Rule | undefined {
  const holds = (tried: readonly Rule[]): boolean | undefined => {
    const release = under(tried);
    return release && isIn(release)(fault);
  };
  return (
    rules.find((rule) => holds(rules.filter((other) => other !== rule)) === false) ??
    rules.find((rule) => holds([rule]) === true)
  );
}
