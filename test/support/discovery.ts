/** What the stand-in API server of cluster.ts says about itself: the paths that a client asks before it does anything. */

/** `group/version` to the resources of it: plural, kind, and whether objects have a namespace. */
export const RESOURCES: Readonly<Record<string, readonly (readonly [string, string, boolean])[]>> = {
  v1: [
    ['namespaces', 'Namespace', false],
    ['configmaps', 'ConfigMap', true],
    ['secrets', 'Secret', true],
    ['services', 'Service', true],
    ['serviceaccounts', 'ServiceAccount', true],
    ['persistentvolumeclaims', 'PersistentVolumeClaim', true],
    ['pods', 'Pod', true],
  ],
  'apps/v1': [
    ['deployments', 'Deployment', true],
    ['statefulsets', 'StatefulSet', true],
  ],
  'batch/v1': [
    ['jobs', 'Job', true],
    ['cronjobs', 'CronJob', true],
  ],
  'rbac.authorization.k8s.io/v1': [
    ['roles', 'Role', true],
    ['rolebindings', 'RoleBinding', true],
    ['clusterroles', 'ClusterRole', false],
    ['clusterrolebindings', 'ClusterRoleBinding', false],
  ],
};

/** What the API server says about itself: its version, groups and resources, and that it validates what it is sent. */
export function discovery(path: string): unknown {
  const versions = Object.keys(RESOURCES);
  const rootOf = (groupVersion: string) =>
    groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const groups = versions
      .map((groupVersion) => [groupVersion, ...groupVersion.split('/')])
      .filter((each) => each.length === 3);
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map(([groupVersion, name, version]) => {
        const preferredVersion = { groupVersion, version };
        return { name, versions: [preferredVersion], preferredVersion };
      }),
    };
  }
  if (path === '/openapi/v3') {
    const paths = versions.map((each) => [rootOf(each), { serverRelativeURL: `/openapi/v3/${rootOf(each)}` }]);
    return { paths: Object.fromEntries(paths) };
  }
  const groupVersion = versions.find((each) => path.endsWith(`/${rootOf(each)}`));
  if (groupVersion === undefined) return undefined;
  const resources = RESOURCES[groupVersion] ?? [];
  if (path.startsWith('/openapi/')) {
    const [version, group = ''] = groupVersion.split('/').reverse();
    const parameters = [{ name: 'fieldValidation', in: 'query' }];
    const paths = resources.map(([plural, kind]) => [
      `/${plural}`,
      { patch: { parameters, responses: {}, 'x-kubernetes-group-version-kind': { group, version, kind } } },
    ]);
    return { openapi: '3.0.0', info: { title: 'stand-in', version: '1' }, paths: Object.fromEntries(paths) };
  }
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.map(([name, kind, namespaced]) => ({ name, singularName: '', kind, namespaced, verbs })),
  };
}
