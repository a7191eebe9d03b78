/**
 * What the words of kubectl mean for the API server: `deploy`, `deployment.apps` and `deployments` are `deployments` of the group `apps`.
 */
import { type JsonObject, listOf, valueAt } from '../../model/json.ts';
import { once, type Release } from '../../release/release.ts';

export interface ApiResource {
  /** Undefined: whatever group has it. */
  readonly group: string | undefined;
  /** Its plural; what it may be where nothing in the stream defines the word. */
  readonly names: readonly string[];
  readonly isClusterScoped: boolean;
}

/** Plural, then singular if it is not that without an s, then short names; a star for those of the whole cluster. */
const BUILT_IN: Readonly<Record<string, string>> = {
  '': 'pods:po services:svc configmaps:cm secrets serviceaccounts:sa persistentvolumeclaims:pvc endpoints:endpoints,ep events:ev replicationcontrollers:rc resourcequotas:quota limitranges:limits podtemplates *namespaces:ns *nodes:no *persistentvolumes:pv',
  apps: 'deployments:deploy statefulsets:sts daemonsets:ds replicasets:rs controllerrevisions',
  batch: 'jobs cronjobs:cj',
  autoscaling: 'horizontalpodautoscalers:hpa',
  policy: 'poddisruptionbudgets:pdb',
  'networking.k8s.io': 'ingresses:ingress,ing networkpolicies:networkpolicy,netpol *ingressclasses:ingressclass',
  'rbac.authorization.k8s.io': 'roles rolebindings *clusterroles *clusterrolebindings',
  'apiextensions.k8s.io': '*customresourcedefinitions:crd,crds',
  'admissionregistration.k8s.io':
    '*validatingwebhookconfigurations *mutatingwebhookconfigurations *validatingadmissionpolicies:validatingadmissionpolicy',
  'apiregistration.k8s.io': '*apiservices',
  'storage.k8s.io': '*storageclasses:storageclass,sc *csidrivers *csinodes *volumeattachments',
  'scheduling.k8s.io': '*priorityclasses:priorityclass,pc',
  'coordination.k8s.io': 'leases',
  'discovery.k8s.io': 'endpointslices',
  'certificates.k8s.io': '*certificatesigningrequests:csr',
};

const builtIn = new Map<string, ApiResource>();
for (const [group, list] of Object.entries(BUILT_IN))
  for (const entry of list.split(' ')) {
    const isClusterScoped = entry.startsWith('*');
    const [plural = '', others = ''] = entry.replace('*', '').split(':');
    const resource = { group, names: [plural], isClusterScoped };
    for (const word of [plural, plural.replace(/s$/, ''), ...others.split(',')])
      if (word !== '') builtIn.set(word, resource);
  }

/** By each of their words, the definitions of the stream. */
const defined = once((release): ReadonlyMap<string, ApiResource> => {
  const known = new Map<string, ApiResource>();
  for (const definition of release.byKind('CustomResourceDefinition')) {
    const spec = definition.value()['spec'];
    const names = valueAt(spec, ['names']) as JsonObject | undefined;
    const plural = valueAt(names, ['plural']);
    const group = valueAt(spec, ['group']);
    if (typeof plural !== 'string' || typeof group !== 'string') continue;
    const resource = { group, names: [plural], isClusterScoped: valueAt(spec, ['scope']) === 'Cluster' };
    const words = [
      plural,
      valueAt(names, ['singular']),
      valueAt(names, ['kind']),
      ...listOf(valueAt(names, ['shortNames'])),
    ];
    for (const word of words)
      if (typeof word === 'string')
        for (const name of [word, `${word}.${group}`]) known.set(name.toLowerCase(), resource);
  }
  return known;
});

/** Undefined for words that mean more than one resource, as `all`. */
export function readResource(word: string, release: Release): ApiResource | undefined {
  const text = word.toLowerCase();
  if (text === 'all' || !/^[a-z][a-z0-9.-]*$/.test(text)) return undefined;
  const [type = '', ...rest] = text.split('.');
  const group = (/^v\d+(?:(?:alpha|beta)\d+)?$/.test(rest[0] ?? '') ? rest.slice(1) : rest).join('.');
  const own = defined(release).get(group === '' ? type : `${type}.${group}`);
  const known = builtIn.get(type);
  if (known !== undefined && (group === '' || group === known.group)) return known;
  return own ?? { group: group === '' ? undefined : group, names: pluralsOf(type), isClusterScoped: false };
}

/**
 * Whether a word that nothing in the stream defines may be a short name of this plural: definitions choose theirs freely (`es`, `ksvc`), but
 * short, and not for what Kubernetes has itself.
 */
export const mayBeShortFor = ({ group, names }: ApiResource, plural: string): boolean =>
  group === undefined && names.some(({ length }) => length <= MAX_SHORT_NAME) && !builtIn.has(plural);

/** `ksvc` and `certs` are short names; a longer word is the singular or the plural. */
const MAX_SHORT_NAME = 5;

/** The resource of a manifest. */
export function readKind(apiVersion: string, kind: string, release: Release): ApiResource | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return readResource(group === '' ? kind : `${kind}.${group}`, release);
}

/** What the plural of a word may be, the likeliest first; the word itself may be one. */
function pluralsOf(word: string): readonly string[] {
  if (word.endsWith('s') && !word.endsWith('ss')) return [word, `${word}es`];
  const plural = /[^aeiou]y$/.test(word)
    ? `${word.slice(0, -1)}ies`
    : `${word}${/(?:ss|x|ch|sh)$/.test(word) ? 'es' : 's'}`;
  return [plural, word];
}
