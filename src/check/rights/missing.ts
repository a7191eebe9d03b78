/**
 * `rights/missing-verb` and `rights/not-bound`: what a script asks the API server for, and the account of its pod may not.
 *
 * Judged are accounts that the release makes and whose roles are all in the stream, and calls whose words are literal.
 */

import { findingOf } from '../../model/finding.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import type { Placement } from '../../model/plan.ts';
import { formatPlacement } from '../../model/plan.ts';
import { podSpecOf, type Reference } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { grantsOf, type Identity, identityOf, providersOf } from '../../release/rights.ts';
import { hasToken } from '../../release/uses-rights.ts';
import { baseName } from '../../scripts/arguments.ts';
import type { Call } from '../../scripts/call.ts';
import { UNKNOWN } from '../../scripts/environment.ts';
import { filesOf } from '../../scripts/files.ts';
import { inputOf } from '../../scripts/piped.ts';
import { type ContainerRun, runsOf } from '../../waits/find.ts';
import { listNames } from '../live/users.ts';
import { adviseFor, describeLacks, formatRules, groupLacks } from './advice.ts';
import { readApiCall } from './curl.ts';
import { type Request, requestsOf } from './requests.ts';
import { readResource } from './resources.ts';
import { isAllowed, type Question, type Rules, readRules } from './rules.ts';

interface Asked extends Question {
  readonly call: Call;
}

export const checkRights: Check = (placement, release) => {
  const { resource, rule } = placement;
  if (podSpecPath(resource.kind) === undefined || placement.copyFor !== undefined) return [];
  const identity = identityOf(placement);
  if (identity === undefined || !isMadeHere(identity, release) || !hasToken(placement, release)) return [];
  const grants = grantsOf(identity, release);
  const rules = readRules(grants, release);
  if (rules === undefined) return [];
  const missing = askedBy(placement, release).filter((question) => isMissing(question, rules));
  const [first] = missing;
  if (first === undefined) return [];
  const account = `ServiceAccount/${identity.name}`;
  const lacks = groupLacks(missing);
  const options = { ...(rule && { config: { ...rule.place, hook: rule.name } }) };
  if (grants.length === 0)
    return [
      findingOf(
        'rights/not-bound',
        resource,
        first.call.path,
        `${formatPlacement(placement)} runs as ${account}, which no binding of the release gives any rights, and asks the API server to ${describeLacks(lacks)}`,
        { ...options, hint: `bind ${account} to a role with ${formatRules(lacks)}` },
      ),
    ];
  const roles = [...new Set(rules.roles.map(formatPlacement))];
  return [
    findingOf(
      'rights/missing-verb',
      resource,
      first.call.path,
      `${formatPlacement(placement)} runs as ${account}, which ${roles.length > 1 ? `${listNames(roles)} do` : `${listNames(roles)} does`} not allow to ${describeLacks(lacks)}`,
      { ...options, ...adviseFor(lacks, missing, grants) },
    ),
  ];
};

/** Some requests are made only where another one is allowed. */
const isMissing = (question: Question, rules: Rules): boolean => {
  const { where, ...request } = question.request;
  const isMade = where === undefined || isAllowed({ ...question, request: { ...request, verb: where } }, rules);
  return isMade && !isAllowed(question, rules);
};

/** The account `default` and accounts from elsewhere may have rights that the stream does not show. */
const isMadeHere = ({ name, namespace }: Identity, release: Release): boolean => {
  const reference: Reference = {
    kind: 'ServiceAccount',
    apiGroup: '',
    name,
    path: [],
    optional: false,
    use: 'identity',
  };
  return providersOf({ ...reference, ...(namespace !== undefined && { namespace }) }, release).length > 0;
};

/** What the scripts of a resource ask for, where it matters whether they may. */
const askedBy = once((placement: Placement, release: Release): readonly Asked[] => {
  const { namespace } = placement.resource;
  return runsOf(placement, release).flatMap((run) => {
    if (isOtherAccount(run, placement)) return [];
    const calls = run.calls.map(({ call }) => call);
    const readFile = filesOf(run.container.value, podSpecOf(placement)?.spec ?? {}, namespace, release);
    return calls.flatMap((call, index) => {
      if (call.isForgiven) return [];
      const requests = readRequests(call, calls.slice(0, index), readFile);
      const questions = requests.flatMap((request): Asked[] => {
        const resource = readResource(request.type, release);
        return resource === undefined ? [] : [{ request, resource, namespace, call }];
      });
      return questions;
    });
  });
});

function readRequests(
  call: Call,
  before: readonly Call[],
  readFile: Parameters<typeof inputOf>[2],
): readonly Request[] {
  const [first, ...args] = call.argv.map(({ text }) => text);
  const program = baseName(first ?? '');
  if (program === 'kubectl' || program === 'oc') return requestsOf(args, inputOf(call, before, readFile));
  if (program === 'xargs') {
    // What it appends is known only when it runs: the names.
    const at = args.findIndex((text) => baseName(text) === 'kubectl');
    return at < 0 ? [] : requestsOf([...args.slice(at + 1), UNKNOWN], undefined);
  }
  return program === 'curl' ? readApiCall(args) : [];
}

/** Whether something gives kubectl another account than the pod's. */
function isOtherAccount({ environment, calls, container }: ContainerRun, placement: Placement): boolean {
  if (environment.has('KUBECONFIG')) return true;
  const mounts = JSON.stringify([container.value['volumeMounts'] ?? [], podSpecOf(placement)?.spec['volumes'] ?? []]);
  if (/kubeconfig|\.kube\b/i.test(mounts)) return true;
  return calls.some(({ call }) => {
    const words = call.argv.slice(0, 6).map(({ text }) => text);
    return (
      call.variables.get('KUBECONFIG') !== undefined ||
      words.includes('update-kubeconfig') ||
      words.includes('get-credentials') ||
      (baseName(words[0] ?? '') === 'oc' && words.includes('login')) ||
      (words.includes('config') &&
        words.some((word) => /^(?:use-context|set-(?:credentials|context|cluster))$/.test(word)))
    );
  });
}
