/** What the order of the release has to do with a cause: when what is missing is made, what a wait waits for, and what lint says of it. */
import { existenceOf } from '../engines/moment.ts';
import type { Step } from '../engines/run.ts';
import { subjectOf } from '../engines/world.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { isAwaited } from '../model/helm.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import { nearest } from '../model/nearest.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { runsOf, waitsOf } from '../waits/find.ts';
import { selectedBy } from '../waits/obstacles.ts';
import type { Cause, CauseCode } from './cause.ts';
import { lookAtJob, lookAtWorkload } from './jobs.ts';
import type { Scene } from './scene.ts';

export function explain(cause: Cause, scene: Scene): Cause {
  const placement = placementOf(cause, scene);
  const told =
    cause.missing !== undefined
      ? explainMissing(cause, placement, scene)
      : cause.code === 'run/init-waits' && placement !== undefined
        ? explainWait(cause, placement, scene)
        : cause;
  const finding = placement && findingOf(told, placement, scene);
  if (finding === undefined) return told;
  const fix = finding.hint ?? told.fix;
  return { ...told, finding, ...(fix !== undefined && { fix }) };
}

/** The resource of the stream that a cause is about: the hook of the line, or one of the release's own. */
function placementOf(cause: Cause, { line, subject }: Scene): Placement | undefined {
  if (line?.subject?.placement !== undefined) return line.subject.placement;
  const title = cause.of ?? cause.about;
  return subject.current.placements.find((each) => formatPlacement(each) === title);
}

function explainMissing(cause: Cause, user: Placement | undefined, scene: Scene): Cause {
  const { missing } = cause;
  if (missing === undefined) return cause;
  const { placements } = scene.subject.current;
  const found = placements.find(
    ({ resource, name }) =>
      resource.kind === missing.kind &&
      name === missing.name &&
      mayShareNamespace(resource.namespace, user?.resource.namespace),
  );
  if (found === undefined) {
    const names = placements.filter(({ resource }) => resource.kind === missing.kind).map(({ name }) => name);
    const near = nearest(missing.name, names);
    return {
      ...cause,
      text: `${cause.text}, and the release does not bring it`,
      fix:
        near === undefined
          ? (cause.fix ?? `make ${missing.kind}/${missing.name}, or correct the name`)
          : `correct the name: the release has ${missing.kind}/${near}`,
    };
  }
  const how = absence(found, scene);
  return how === undefined
    ? cause
    : {
        ...cause,
        text: `${cause.text}, which ${how.text}`,
        ...(how.code && { because: { text: how.text, code: how.code } }),
      };
}

/** When a resource of the release is made, where that is not before the step. */
function absence(
  found: Placement,
  { run, line, stored }: Scene,
): { readonly text: string; readonly code?: FindingCode } | undefined {
  if (line === undefined) return undefined;
  const revision = run.end.history.at(-1)?.revision ?? run.start.history.at(-1)?.revision;
  if (revision === undefined) return undefined;
  const { key } = subjectOf(found, revision);
  const existence = existenceOf(key, { run, step: line.at });
  if (existence.is === 'there')
    return stored.status === 'failed' ? undefined : { text: 'should be there: Helm made it, and it is gone' };
  const { later, deleted } = existence;
  if (deleted !== undefined && isBefore(deleted, later))
    return { text: `Helm has deleted by then (${deleted.because})`, code: 'refs/already-deleted' };
  if (later === undefined) return undefined;
  return later.phase === line.phase
    ? { text: `Helm makes later, in ${later.phase}`, code: 'refs/created-too-late' }
    : {
        text: `Helm makes after ${line.phase}${later.phase === 'release' ? ', with the release' : `, in ${later.phase}`}`,
        code: 'refs/not-yet-created',
      };
}

const isBefore = (deleted: Step, later: Step | undefined): boolean =>
  later === undefined || deleted.phase !== later.phase;

/** What an init container waits for, as far as hookorder reads its script, and how far that is. */
function explainWait(cause: Cause, user: Placement, scene: Scene): Cause {
  const { release } = scene.prepared;
  const name = cause.log?.container;
  const waits = waitsOf(user, release).filter(({ container }) => container.name === name);
  const [wait] = waits;
  if (wait === undefined) {
    const words = wordsOf(user, name, scene);
    return words === undefined ? cause : { ...cause, text: `${cause.text}: it runs \`${words}\`` };
  }
  const [target] = wait.targets;
  if (target === undefined) return cause;
  const title = formatPlacement(target);
  const how = absence(target, scene);
  if (how !== undefined)
    return {
      ...cause,
      state: how.code === undefined ? cause.state : 'stuck',
      text: `init container ${name} waits for ${title}, which ${how.text}`,
      ...(how.code && { because: { text: how.text, code: 'refs/waits-forever' as const } }),
    };
  const behind = behindOf(target, scene);
  return { ...cause, text: `init container ${name} waits for ${title}${behind === undefined ? '' : `: ${behind}`}` };
}

/** The first words of a container that speak to another program. */
function wordsOf(user: Placement, name: string | undefined, { prepared }: Scene): string | undefined {
  const own = runsOf(user, prepared.release).find(({ container }) => container.name === name);
  const call = own?.calls.find(({ reading }) => reading.hosts.length > 0 || reading.targets.length > 0);
  return call?.call.argv
    .map(({ source }) => source)
    .join(' ')
    .split('\n')[0];
}

/** Why what is waited for is not up. */
function behindOf(target: Placement, { prepared, cluster }: Scene): string | undefined {
  const workloads = target.resource.kind === 'Service' ? selectedBy(target, prepared.release) : [target];
  for (const { resource, name } of workloads) {
    const seen = cluster.find(resource.kind, name, resource.namespace);
    if (seen === undefined) continue;
    const cause = isAwaited(resource.kind) ? lookAtJob(seen, cluster).cause : lookAtWorkload(seen, cluster);
    if (cause !== undefined) return `${cause.about}: ${cause.text}`;
  }
  return undefined;
}

/** Which findings tell a cause beforehand. */
const TOLD_BY: Readonly<Partial<{ [code in CauseCode]: RegExp }>> = {
  'run/account-missing': /^refs\/|^hook\/need/,
  'run/reference-missing': /^refs\/|^hook\/need/,
  'run/claim-missing': /^refs\/|^hook\/need/,
  'run/key-missing': /^refs\//,
  'run/init-waits': /^refs\/wait|^refs\/mentions|^live\/kept-out/,
  'run/quota': /^pod\/lacks/,
  'run/image': /^pod\/lacks/,
  'run/security': /^pod\/lacks/,
  'run/unschedulable': /^pod\/lacks/,
  'run/suspended': /^pod\/never-starts/,
  'run/side-container': /^pod\/never-ends/,
  'run/still-deleted': /^hook\/deletion/,
  'run/vanished': /^job\/ttl/,
  'run/leftover': /^hook\/name-blocks|^job\/unique/,
  'run/rejected': /^hook\/name-blocks|^job\/immutable|^live\/(?:field|hook-becomes)|^hook\/keeps|^name\//,
  'run/webhook-down': /^webhook\//,
  'run/crash': /^rights\/|^script\/|^live\/kept-out/,
  'run/deadline': /^job\/deadline|^refs\/wait/,
  'run/not-ready': /^refs\/wait-cycle/,
};

function findingOf(cause: Cause, placement: Placement, { subject }: Scene): Finding | undefined {
  const codes = TOLD_BY[cause.code];
  if (codes === undefined) return undefined;
  const titles = [cause.missing && `${cause.missing.kind}/${cause.missing.name}`].flatMap((title) => title ?? []);
  const own = formatPlacement(placement);
  return subject.current.findings.find((finding) => {
    const all = finding.members ?? [finding];
    const isAbout = all.some(({ resource }) => resource === placement.resource) || finding.message.includes(own);
    return (
      codes.test(finding.code) && isAbout && titles.every((title) => all.some(({ message }) => message.includes(title)))
    );
  });
}
