/**
 * Requests that a script makes with curl: `curl -X DELETE -H "Authorization: Bearer $TOKEN" https://kubernetes.default/api/v1/namespaces/x/pods/y`.
 */
import { UNKNOWN } from '../../scripts/environment.ts';
import { isKnown } from '../../scripts/kubectl-line.ts';
import type { Request } from './requests.ts';

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** `args` is what follows `curl`. */
export function readApiCall(args: readonly string[]): readonly Request[] {
  const isBearer = args.some((text) => /authorization:\s*bearer/i.test(text));
  const url = args.find((text) => /^https:\/\/[^/]*\/apis?\//.test(text));
  if (url === undefined || !isBearer || !isApiServer(url)) return [];
  const at = args.findIndex((text) => /^(?:-X|--request)$/.test(text));
  const glued = args.flatMap((text) => /^(?:-X|--request=)([A-Z]+)$/.exec(text)?.[1] ?? [])[0];
  const sends = args.some((text) => /^(?:-d|--data(?:-raw|-binary|-urlencode)?)(?:=|$)/.test(text));
  const method = (at < 0 ? glued : args[at + 1]) ?? (sends ? 'POST' : 'GET');
  return readPath(url, method);
}

/** A host that only the run tells is the API server's where the path is. */
function isApiServer(url: string): boolean {
  const host = url.slice('https://'.length).split('/')[0] ?? '';
  return host.includes(UNKNOWN) || /^kubernetes(?:\.default(?:\.svc(?:\..*)?)?)?(?::|$)/.test(host);
}

/** `/api/v1/namespaces/shop/pods/x/log`, `/apis/apps/v1/namespaces/shop/deployments` */
function readPath(url: string, method: string): readonly Request[] {
  const [address = '', query = ''] = url.replace(/^https:\/\/[^/]*/, '').split('?');
  const [root, ...rest] = address.split('/').filter((part) => part !== '');
  const group = root === 'apis' ? rest.shift() : '';
  rest.shift();
  const isWithin = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = isWithin ? rest[1] : undefined;
  const [resource, name, subresource] = isWithin ? rest.slice(2) : rest;
  if (!isKnown(group) || !isKnown(resource)) return [];
  const read = name === undefined ? (/(?:^|&)watch=(?:true|1)/.test(query) ? 'watch' : 'list') : 'get';
  const verb = method === 'DELETE' && name === undefined ? 'deletecollection' : (VERBS[method] ?? read);
  return [
    {
      verb,
      type: group === '' ? resource : `${resource}.${group}`,
      words: 'curl',
      ...(isKnown(subresource) && { subresource }),
      ...(name !== undefined && (isKnown(name) ? { name } : { isAnyName: true })),
      ...(isKnown(namespace) && { namespace }),
      ...(!isWithin && { allNamespaces: true }),
    },
  ];
}
