/**
 * `live/deleted-by-hook` of what is no workload: a claim that pods still use, the files of one, and objects that the release needs and a hook deletes
 * after Helm has applied them.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isObject, valueAt } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Container, itemsOf, podSpecOf, referencesOf } from '../../release/references.ts';
import type { Check, Release } from '../../release/release.ts';
import { baseName } from '../../scripts/arguments.ts';
import type { Call } from '../../scripts/call.ts';
import {
  dryRunOf,
  hasFlag,
  isElsewhere,
  type KubectlLine,
  optionOf,
  readKubectlLine,
  subjectsOf,
} from '../../scripts/kubectl-line.ts';
import { runsOf } from '../../waits/find.ts';
import { objectsOfLine } from './named.ts';
import { STOPS_A_RUNNING_APP, stoppedBy } from './stopped.ts';
import { lastingBehind, lastingWorkloads, usersByObject } from './users.ts';

/** What a call takes away from whom. */
interface Taken {
  readonly what: string;
  readonly user: Placement;
  /** The rest of a sentence that begins with the hook and what it does. */
  readonly effect: string;
  readonly hint: string;
}

/** `live/deleted-by-hook` of claims, files and applied objects. */
export const checkTakes: Check = (placement, release) => {
  const { resource, rule, hook } = placement;
  if (hook === undefined || (resource.kind !== 'Job' && resource.kind !== 'Pod')) return [];
  for (const { container, calls } of runsOf(placement, release)) {
    const all = calls.map(({ call }) => call);
    for (const [index, call] of all.entries()) {
      if (call.isForgiven || call.conditional) continue;
      const taken = takenBy(call, placement, container, release);
      if (taken === undefined) continue;
      if (all.slice(0, index).some((earlier) => stoppedBy(earlier, placement, release) === taken.user)) continue;
      if (all.slice(index + 1).some(makesAnew)) continue;
      const words = call.argv.map(({ source }) => source).join(' ');
      const finding: Finding = findingOf(
        'live/deleted-by-hook',
        resource,
        call.path,
        `${formatPlacement(placement)} ${taken.what} (\`${words}\`), ${taken.effect}`,
        { hint: taken.hint, ...(rule && { config: { ...rule.place, hook: rule.name } }) },
      );
      return [finding];
    }
  }
  return [];
};

/** The script puts something in the place of what it has taken away. */
function makesAnew({ argv }: Call): boolean {
  const [program = '', ...args] = argv.map(({ text }) => text);
  return baseName(program) === 'kubectl' && /^(?:apply|create|replace)\b/.test(readKubectlLine(args).verb);
}

function takenBy(call: Call, hook: Placement, container: Container, release: Release): Taken | undefined {
  const [program = '', ...args] = call.argv.map(({ text }) => text);
  const isDuring = hook.hook?.events.some((event) => STOPS_A_RUNNING_APP.has(event)) === true;
  const name = baseName(program);
  if (name === 'rm' || name === 'find') return isDuring ? emptied(name, args, hook, container, release) : undefined;
  if (name !== 'kubectl') return undefined;
  const line = readKubectlLine(args);
  if (line.verb !== 'delete' || isElsewhere(line) || dryRunOf(line) !== 'none') return undefined;
  return (isDuring ? claimOf(line, hook, release) : undefined) ?? appliedOf(line, hook, release);
}

/** A claim is protected as long as a pod uses it. */
function claimOf(line: KubectlLine, hook: Placement, release: Release): Taken | undefined {
  const found = objectsOfLine(line, hook, release)
    .filter(({ resource, hook: own }) => resource.kind === 'PersistentVolumeClaim' && own === undefined)
    .map((claim) => ({ name: formatPlacement(claim), user: usersByObject(release).get(claim) }))
    .find(({ user }) => user !== undefined);
  const { name, user } = found ?? claimOfTemplate(line, release) ?? {};
  if (user === undefined) return undefined;
  const waits = optionOf(line, 'wait') !== 'false' && !hasFlag(line, 'timeout');
  return {
    what: `deletes ${name}`,
    user,
    effect: `which ${formatPlacement(user)} uses: it stays until its pods have ended, ${waits ? 'and kubectl waits for that' : 'and goes with them, whatever Helm applies to it meanwhile'}`,
    hint: `stop ${formatPlacement(user)} first, and wait until its pods have ended`,
  };
}

/** `data-db-0` of a StatefulSet db with a template data. */
function claimOfTemplate(
  line: KubectlLine,
  release: Release,
): { readonly name: string; readonly user: Placement } | undefined {
  for (const { type, name } of subjectsOf(line.words) ?? []) {
    if (name === undefined || !/^(?:pvc|persistentvolumeclaims?)$/.test(type)) continue;
    for (const user of lastingWorkloads(release)) {
      const templates = itemsOf(valueAt(user.value(), ['spec', 'volumeClaimTemplates']));
      const isOwn = templates.some(([, template]) => {
        const base = `${String(valueAt(template, ['metadata', 'name']))}-${user.name}-`;
        return name.startsWith(base) && /^\d+$/.test(name.slice(base.length));
      });
      if (isOwn) return { name: `PersistentVolumeClaim/${name}`, user };
    }
  }
  return undefined;
}

/** What Helm has just applied and the hook deletes again, though what runs needs it. */
function appliedOf(line: KubectlLine, hook: Placement, release: Release): Taken | undefined {
  if (hook.hook?.events.every((event) => /^post-(?:install|upgrade|rollback)$/.test(event)) !== true) return undefined;
  for (const object of objectsOfLine(line, hook, release)) {
    if (object.hook !== undefined) continue;
    const { kind } = object.resource;
    const user =
      kind === 'Service'
        ? lastingBehind(object, release)
        : KEPT.has(kind)
          ? usersByObject(release).get(object)
          : undefined;
    if (user === undefined) continue;
    return {
      what: `deletes ${formatPlacement(object)}`,
      user,
      effect: `which Helm has just applied and ${formatPlacement(user)} needs: it is gone until the next upgrade`,
      hint: `leave ${formatPlacement(object)} out of the chart, or do not delete it`,
    };
  }
  return undefined;
}

const KEPT = new Set(['ConfigMap', 'Secret', 'ServiceAccount']);

/** The files of a claim that a workload uses as well: the whole of it, not a folder in it. */
function emptied(
  program: string,
  args: readonly string[],
  hook: Placement,
  { value }: Container,
  release: Release,
): Taken | undefined {
  const isWhole =
    program === 'rm' ? args.some((each) => /^-\w*[rR]/.test(each) || each === '--recursive') : args.includes('-delete');
  if (
    !isWhole ||
    (program === 'find' && args.some((each) => /^-(?:name|path|i?regex|mtime|mmin|newer|size|empty)/.test(each)))
  )
    return undefined;
  const volumes = itemsOf(podSpecOf(hook)?.spec['volumes']).map(([, volume]) => volume);
  for (const [, mount] of itemsOf(value['volumeMounts'])) {
    const path = String(mount['mountPath']).replace(/\/$/, '');
    if (!args.some((each) => each.replace(/\/(?:\*|\.|\{[^}]*\})?$/, '') === path)) continue;
    const claim = volumes.find((volume) => volume['name'] === mount['name'])?.['persistentVolumeClaim'];
    const name = isObject(claim) ? claim['claimName'] : undefined;
    const user = lastingWorkloads(release).find((other) =>
      referencesOf(other).some((reference) => reference.use === 'claim' && reference.name === name),
    );
    if (user === undefined) continue;
    return {
      what: `empties PersistentVolumeClaim/${String(name)}`,
      user,
      effect: `on which ${formatPlacement(user)} runs meanwhile`,
      hint: `stop ${formatPlacement(user)} first, and wait until its pods have ended`,
    };
  }
  return undefined;
}
