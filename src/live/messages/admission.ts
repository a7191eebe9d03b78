/** What the API server says when it refuses an object, and what controllers say whose objects it refuses. */
import { missing, type Rule, rule } from './rule.ts';

export const ADMISSION: readonly Rule[] = [
  rule(
    'admission',
    /error looking up service account \S+: serviceaccount "([^"]+)" not found/,
    'Error creating: pods "migrate-" is forbidden: error looking up service account shop/migrator: serviceaccount "migrator" not found',
    (name = '') => missing('run/account-missing', 'ServiceAccount', name),
  ),
  rule(
    'admission',
    /exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+)/,
    'Error creating: pods "migrate-x" is forbidden: exceeded quota: team, requested: cpu=2, used: cpu=3, limited: cpu=4',
    (quota, requested, used, limited) => ({
      code: 'run/quota',
      text: `ResourceQuota/${quota} has no room: ${requested} asked for, ${used} of ${limited} in use`,
      state: 'slow',
      fix: 'lower what the pod requests, raise the quota, or end what uses it',
    }),
  ),
  rule(
    'admission',
    /failed quota: ([^:]+): must specify (.+)/,
    'Error creating: pods "migrate-x" is forbidden: failed quota: team: must specify limits.cpu for: main; requests.cpu for: main',
    (quota, what = '') => ({
      code: 'run/quota',
      text: `ResourceQuota/${quota} takes no pod without ${what.replaceAll(/ for: [^;]+(?:; )?/g, ', ').replace(/, $/, '')}`,
      state: 'stuck',
      fix: 'set these resources for the containers of the pod',
    }),
  ),
  rule(
    'admission',
    /violates PodSecurity "([^"]+)": (.+)/s,
    'Error creating: pods "migrate-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true)',
    (level) => ({
      code: 'run/security',
      text: `the namespace's Pod Security level ${level} does not take the pod`,
      state: 'stuck',
      fix: 'give the pod the security context that the message names',
    }),
  ),
  rule(
    'admission',
    /unable to validate against any security context constraint/,
    'Error creating: pods "migrate-x" is forbidden: unable to validate against any security context constraint: [provider "restricted": .spec.securityContext.fsGroup: Invalid value]',
    () => ({
      code: 'run/security',
      text: 'no security context constraint takes the pod',
      state: 'stuck',
      fix: 'give the pod the security context that the constraint asks for, or its account another constraint',
    }),
  ),
  rule(
    'admission',
    /failed calling webhook "([^"]+)"/,
    'Internal error occurred: failed calling webhook "check.example.org": failed to call webhook: Post "https://check.shop.svc:443/x?timeout=10s": no endpoints available for service "check"',
    (name) => ({
      code: 'run/webhook-down',
      text: `the admission webhook ${name} cannot be reached`,
      state: 'slow',
      fix: 'see whether the pods of the webhook run; a webhook that is gone leaves its configuration behind',
    }),
  ),
  rule(
    'admission',
    /admission webhook "([^"]+)" denied the request/,
    'admission webhook "policy.example.org" denied the request: images must come from registry.example.org',
    (name) => ({
      code: 'run/denied',
      text: `the admission webhook ${name} denied it`,
      state: 'stuck',
      fix: 'change what the webhook complains of, or its rule',
    }),
  ),
  rule(
    'admission',
    /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request/,
    `jobs.batch "migrate" is forbidden: ValidatingAdmissionPolicy 'limits' with binding 'all' denied request: no limits`,
    (name) => ({
      code: 'run/denied',
      text: `ValidatingAdmissionPolicy/${name} denied it`,
      state: 'stuck',
      fix: 'change what the policy complains of, or the policy',
    }),
  ),
  rule(
    'admission',
    /no PriorityClass with name (\S+) was found/,
    'Error creating: pods "migrate-x" is forbidden: no PriorityClass with name high was found',
    (name = '') => missing('run/reference-missing', 'PriorityClass', name),
  ),
  rule(
    'admission',
    /RuntimeClass "([^"]+)" not found/,
    'Error creating: pods "migrate-x" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
    (name = '') => missing('run/reference-missing', 'RuntimeClass', name),
  ),
  rule(
    'admission',
    /because it is being terminated/,
    'jobs.batch "migrate" is forbidden: unable to create new content in namespace shop because it is being terminated',
    () => ({
      code: 'run/still-deleted',
      text: 'its Namespace is being deleted',
      state: 'stuck',
      fix: 'wait until the Namespace is gone, then run Helm again',
    }),
  ),
  rule('admission', /namespaces? "([^"]+)" not found/, 'namespaces "shop-jobs" not found', (name = '') =>
    missing('run/reference-missing', 'Namespace', name, 'make the Namespace first'),
  ),
  rule(
    'admission',
    /(?:maximum|minimum) \S+ usage per (?:Container|Pod) is .+/,
    'Error creating: pods "migrate-x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    () => ({
      code: 'run/quota',
      text: 'a LimitRange of the namespace does not take the pod',
      state: 'stuck',
      fix: 'set resources that the LimitRange allows',
    }),
  ),
  rule(
    'admission',
    /User "([^"]+)" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/,
    'jobs.batch is forbidden: User "deployer" cannot create resource "jobs" in API group "batch" in the namespace "shop"',
    (user, verb, plural) => ({
      code: 'run/rejected',
      text: `the account with which Helm runs (${user}) may not ${verb} ${plural}`,
      state: 'stuck',
      fix: 'give the account this right, or deploy with another one',
    }),
  ),
  rule(
    'admission',
    /no matches for kind "([^"]+)" in version "([^"]+)"/,
    'unable to build kubernetes object: resource mapping not found for name: "db" namespace: "" from "": no matches for kind "Database" in version "example.org/v1"',
    (kind, version) => ({
      code: 'run/rejected',
      text: `the cluster has no kind ${kind} in ${version}`,
      state: 'stuck',
      fix: 'install what brings this kind (its CustomResourceDefinition) first',
    }),
  ),
  rule(
    'admission',
    /field is immutable|may not change|updates to statefulset spec for fields other than/,
    'Job.batch "migrate" is invalid: spec.template: Invalid value: {}: field is immutable',
    () => ({
      code: 'run/rejected',
      text: 'an object of this name exists, and what changes in it cannot be changed',
      state: 'stuck',
      fix: 'delete the object, or give the new one another name',
    }),
  ),
  rule(
    'admission',
    /conflicts? with "([^"]+)"/,
    'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.STATE',
    (manager) => ({
      code: 'run/rejected',
      text: `${manager} has changed fields that Helm applies`,
      state: 'stuck',
      fix: 'take these fields out of the manifest, or let Helm have them with --force-conflicts',
    }),
  ),
  rule(
    'admission',
    /invalid ownership metadata/,
    'Unable to continue with update: Job "migrate" in namespace "shop" exists and cannot be imported into the current release: invalid ownership metadata',
    () => ({
      code: 'run/rejected',
      text: 'an object of this name exists and does not belong to the release',
      state: 'stuck',
      fix: 'delete the object, or run Helm with --take-ownership',
    }),
  ),
  rule('admission', /already exists/, 'jobs.batch "migrate" already exists', () => ({
    code: 'run/rejected',
    text: 'an object of this name exists already',
    state: 'stuck',
    fix: 'delete it, or add before-hook-creation to the delete policy of the hook',
  })),
  rule(
    'admission',
    /is invalid: |strict decoding error|unknown field|cannot be handled as|json: cannot unmarshal/,
    'Job.batch "migrate" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    () => ({
      code: 'run/rejected',
      text: 'the API server finds the manifest invalid',
      state: 'stuck',
      fix: 'correct the field that the message names',
    }),
  ),
];
