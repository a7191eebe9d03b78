/**
 * A stand-in for the Kubernetes API on 127.0.0.1: enough for a real `helm upgrade --install` to run hooks, and it writes down
 * in which order Helm creates, applies and deletes. Objects are kept as they are sent; Jobs and Pods are over at once.
 *
 * What it takes over from the real one: names are unique, a Job's template is immutable, applying an unchanged finished Job
 * leaves it finished, strict lists of known kinds. What it leaves out: defaulting, validation, owners, controllers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { discovery, RESOURCES } from './discovery.ts';
import { readSecret } from './protobuf.ts';

interface Metadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  [key: string]: unknown;
}
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface Cluster {
  /** What Helm changed, in order: `create Job/shop-migrate`, `apply …`, `update …`, `delete …`. Without Helm's own Secrets. */
  readonly calls: string[];
  /** All requests, as `GET /api/v1/namespaces/default/pods?watch=true`. */
  readonly requests: string[];
  /** Names (`Kind/name`) of the Jobs and Pods that are to fail. */
  readonly failing: Set<string>;
  /** The objects that exist now, as `Kind/name`, without Helm's own Secrets. */
  existing(): string[];
  find(kind: string, name: string): KubernetesObject | undefined;
  /** The flags that lead a Helm to this cluster. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

interface Watcher {
  readonly collection: string;
  readonly selects: (object: KubernetesObject) => boolean;
  readonly response: ServerResponse;
}

const ROUTE = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;

export async function startCluster(): Promise<Cluster> {
  const objects = new Map<string, KubernetesObject>();
  const watchers = new Set<Watcher>();
  const calls: string[] = [];
  const requests: string[] = [];
  const failing = new Set<string>();
  let version = 1;

  const own = (object: KubernetesObject) => object.metadata.name.startsWith('sh.helm.release.');
  const title = (object: KubernetesObject) => `${object.kind}/${object.metadata.name}`;
  const note = (verb: string, object: KubernetesObject) => {
    if (!own(object)) calls.push(`${verb} ${title(object)}`);
  };

  /** What controllers would have made of the object by now. */
  function statusOf(object: KubernetesObject): Record<string, unknown> | undefined {
    const failed = failing.has(title(object));
    switch (object.kind) {
      case 'Job':
        return {
          conditions: [{ type: failed ? 'Failed' : 'Complete', status: 'True' }],
          [failed ? 'failed' : 'succeeded']: 1,
          startTime: '2026-01-01T00:00:00Z',
        };
      case 'Pod':
        return {
          phase: failed ? 'Failed' : 'Succeeded',
          conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted' }],
        };
      case 'Deployment':
      case 'StatefulSet': {
        const replicas = object.spec?.['replicas'] ?? 1;
        const counts = { replicas, readyReplicas: replicas, updatedReplicas: replicas, availableReplicas: replicas };
        return { ...counts, observedGeneration: 1, conditions: [{ type: 'Available', status: 'True' }] };
      }
      default:
        return undefined;
    }
  }

  function announce(type: 'ADDED' | 'MODIFIED' | 'DELETED', collection: string, object: KubernetesObject) {
    for (const watcher of watchers)
      if (watcher.collection === collection && watcher.selects(object))
        watcher.response.write(`${JSON.stringify({ type, object })}\n`);
  }

  function store(collection: string, sent: KubernetesObject, namespace: string | undefined): KubernetesObject {
    const key = `${collection}/${sent.metadata.name}`;
    const before = objects.get(key);
    const same = before !== undefined && isDeepStrictEqual(before.spec, sent.spec);
    const status = same ? before.status : statusOf(sent);
    const metadata: Metadata = {
      ...sent.metadata,
      ...(namespace !== undefined && { namespace }),
      uid: before?.metadata['uid'] ?? `uid-${++version}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: 1,
      resourceVersion: String(++version),
    };
    const object: KubernetesObject = { ...sent, metadata, ...(status !== undefined && { status }) };
    objects.set(key, object);
    announce(before === undefined ? 'ADDED' : 'MODIFIED', collection, object);
    return object;
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer) {
    const contentType = request.headers['content-type'] ?? '';
    const url = new URL(request.url ?? '/', 'http://cluster');
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const refuse = (code: number, reason: string, message: string) =>
      json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });

    const discovered = discovery(url.pathname);
    if (discovered !== undefined) return json(200, discovered);
    const [, group, apiVersion = '', namespace, plural = '', name, part] = ROUTE.exec(url.pathname) ?? [];
    const groupVersion = group === undefined ? apiVersion : `${group}/${apiVersion}`;
    const kind = RESOURCES[groupVersion]?.find(([each]) => each === plural)?.[1];
    if (kind === undefined) return refuse(404, 'NotFound', `${url.pathname} is not served`);
    if (part === 'log') return response.end(`log of ${name}\n`);
    if (part === 'scale')
      return json(200, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name, namespace },
        spec: { replicas: 0 },
      });

    const collection = `${groupVersion}/${namespace ?? ''}/${plural}`;
    const current = name === undefined ? undefined : objects.get(`${collection}/${name}`);
    const missing = () => refuse(404, 'NotFound', `${plural} "${name}" not found`);
    const read = () =>
      contentType.endsWith('protobuf') ? readSecret(body) : (parse(body.toString('utf8')) as KubernetesObject);

    switch (request.method) {
      case 'GET': {
        if (name !== undefined) return current === undefined ? missing() : json(200, current);
        const selects = selectorOf(url.searchParams);
        const items = [...objects]
          .filter(([key, each]) => key.startsWith(`${collection}/`) && selects(each))
          .map(([, each]) => each);
        if (url.searchParams.get('watch') === null) {
          return json(200, {
            apiVersion: groupVersion,
            kind: `${kind}List`,
            metadata: { resourceVersion: String(version) },
            items,
          });
        }
        response.writeHead(200, { 'content-type': 'application/json' });
        response.flushHeaders();
        const watcher = { collection, selects, response };
        watchers.add(watcher);
        request.on('close', () => watchers.delete(watcher));
        if (url.searchParams.get('sendInitialEvents') === 'true') {
          for (const object of items) response.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
          const metadata = { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } };
          response.write(
            `${JSON.stringify({ type: 'BOOKMARK', object: { apiVersion: groupVersion, kind, metadata } })}\n`,
          );
        }
        return;
      }
      case 'POST': {
        const sent = read();
        if (objects.has(`${collection}/${sent.metadata.name}`)) {
          return refuse(409, 'AlreadyExists', `${plural} "${sent.metadata.name}" already exists`);
        }
        note('create', sent);
        return json(201, store(collection, sent, namespace));
      }
      case 'PUT':
      case 'PATCH': {
        const apply = contentType.startsWith('application/apply-patch');
        if (current === undefined && !apply) return missing();
        const sent = request.method === 'PUT' || apply ? read() : (mergePatch(current, read()) as KubernetesObject);
        if (
          kind === 'Job' &&
          current !== undefined &&
          !isDeepStrictEqual(current.spec?.['template'], sent.spec?.['template'])
        ) {
          return refuse(422, 'Invalid', `Job.batch "${name}" is invalid: spec.template: field is immutable`);
        }
        note(current === undefined ? 'create' : apply ? 'apply' : 'update', sent);
        return json(current === undefined ? 201 : 200, store(collection, sent, namespace));
      }
      case 'DELETE':
        if (current === undefined) return missing();
        note('delete', current);
        objects.delete(`${collection}/${name}`);
        announce('DELETED', collection, {
          ...current,
          metadata: { ...current.metadata, resourceVersion: String(++version) },
        });
        return json(200, { kind: 'Status', apiVersion: 'v1', status: 'Success' });
      default:
        return refuse(405, 'MethodNotAllowed', `${request.method} is not served`);
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      if (process.env['HOOKORDER_TRACE_CLUSTER'] !== undefined)
        console.error(request.method, request.url, request.headers['content-type'] ?? '');
      answer(request, response, Buffer.concat(chunks));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    calls,
    requests,
    failing,
    existing: () => [...objects.values()].filter((object) => !own(object)).map(title),
    find: (kind, name) => [...objects.values()].find((object) => title(object) === `${kind}/${name}`),
    flags: ['--kube-apiserver', `http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The label selectors (`a=b,c=d`) and `metadata.name` field selectors that Helm sends. */
function selectorOf(query: URLSearchParams): (object: KubernetesObject) => boolean {
  const pairs = (text: string | null) =>
    (text ?? '')
      .split(',')
      .filter(Boolean)
      .map((pair) => pair.split(/==?/) as [string, string]);
  const labels = pairs(query.get('labelSelector'));
  const fields = pairs(query.get('fieldSelector'));
  return ({ metadata }) =>
    labels.every(([key, value]) => metadata.labels?.[key] === value) &&
    fields.every(([key, value]) => key !== 'metadata.name' || metadata.name === value);
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
