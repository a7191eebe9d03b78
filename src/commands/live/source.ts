/**
 * The cluster as `watch` and `why` read it: through helm and kubectl, with commands that only read. Nothing here writes, and no test may find a
 * request that does.
 */

import type { LogRef } from '../../live/cause.ts';
import { type Observations, parseValues, readObservations } from '../../live/observations.ts';
import { isRecord, readRecord, type Stored } from '../../live/record.ts';
import { parseTemplate, templateFor } from '../../live/template.ts';
import { isObject, type Json, listOf } from '../../model/json.ts';
import type { Arguments } from '../arguments.ts';
import { UsageError } from '../failures.ts';
import type { System } from '../system.ts';

/** What Helm and kubectl call the same thing, and where a Helm that runs a plugin says it. */
const FLAGS = [
  ['kubeconfig', '--kubeconfig', 'KUBECONFIG'],
  ['kube-context', '--context', 'HELM_KUBECONTEXT'],
  ['kube-token', '--token', 'HELM_KUBETOKEN'],
  ['kube-as-user', '--as', 'HELM_KUBEASUSER'],
  ['kube-apiserver', '--server', 'HELM_KUBEAPISERVER'],
  ['kube-ca-file', '--certificate-authority', 'HELM_KUBECAFILE'],
  ['kube-tls-server-name', '--tls-server-name', 'HELM_KUBETLS_SERVER_NAME'],
] as const;

/** kubectl's names for what holds up a release. */
const KINDS =
  'jobs.batch,pods,deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,persistentvolumeclaims,events';

/** Lines of a log that are worth showing. */
const TAIL = 20;

export class Source {
  readonly #system: System;
  readonly #args: Arguments;
  readonly #name: string;
  readonly #helm: string;
  #version: string | undefined;

  constructor(name: string, args: Arguments, system: System) {
    this.#system = system;
    this.#args = args;
    this.#name = name;
    this.#helm = system.env['HELM_BIN'] || 'helm';
  }

  /** `4.3.2`, or `4.3` of a plain build. */
  get version(): string {
    this.#version ??= /\d+\.\d+(?:\.\d+)?/.exec(
      this.#run(this.#helm, ['version', '--template', '{{.Version}}']).stdout,
    )?.[0];
    return this.#version ?? '4.3';
  }

  /** A revision, the newest one unless told otherwise; undefined where Helm knows no such release. Without its manifests unless asked for. */
  revision(options: { readonly revision?: number; readonly manifests: boolean }): Stored | undefined {
    const { status, stdout, stderr } = this.#run(this.#helm, [
      'get',
      'all',
      this.#name,
      ...(options.revision === undefined ? [] : ['--revision', String(options.revision)]),
      '--template',
      templateFor(options.manifests, this.version),
      ...this.#helmFlags(),
    ]);
    if (status !== 0) {
      if (/release: not found|not found/.test(stderr)) return undefined;
      throw new UsageError(`\`helm get all ${this.#name}\` failed: ${lastLine(stderr)}`);
    }
    const value = parseTemplate(stdout);
    if (value === undefined || !isRecord(value)) throw new UsageError(`the output of \`helm get all\` cannot be read`);
    return readRecord(value);
  }

  /** The revision before this one that was deployed, by its number. */
  deployedBefore(revision: number): number | undefined {
    const { status, stdout } = this.#run(this.#helm, [
      'history',
      this.#name,
      '--max',
      '20',
      '-o',
      'json',
      ...this.#helmFlags(),
    ]);
    const [list] = (status === 0 ? parseValues(stdout) : undefined) ?? [];
    const entries = listOf(list).flatMap((entry) => {
      const number = isObject(entry) ? entry['revision'] : undefined;
      return isObject(entry) && typeof number === 'number' && number < revision
        ? [{ number, status: entry['status'] }]
        : [];
    });
    const good = entries.findLast((entry) => entry.status === 'deployed' || entry.status === 'superseded');
    return (good ?? entries.at(-1))?.number;
  }

  /** Everything in these namespaces that may hold up a release. */
  look(namespaces: readonly string[]): Observations {
    const values: Json[] = [];
    const unseen = new Set<string>();
    for (const namespace of namespaces) {
      const { status, stdout, stderr } = this.#run('kubectl', [
        'get',
        KINDS,
        '-n',
        namespace,
        '-o',
        'json',
        '--request-timeout=20s',
        ...this.#kubectlFlags(),
      ]);
      values.push(...(parseValues(stdout) ?? []));
      if (status !== 0) for (const line of stderr.split('\n')) if (line.trim() !== '') unseen.add(reasonIn(line));
    }
    return readObservations(values, this.#system.clock(), [...unseen]);
  }

  /** The end of a log; empty where there is none. */
  log({ namespace, pod, container, previous }: LogRef): readonly string[] {
    const { status, stdout } = this.#run('kubectl', [
      'logs',
      pod,
      '-c',
      container,
      '-n',
      namespace,
      `--tail=${TAIL}`,
      '--request-timeout=10s',
      ...(previous ? ['--previous'] : []),
      ...this.#kubectlFlags(),
    ]);
    return status === 0 ? stdout.split('\n').filter((line) => line.trim() !== '') : [];
  }

  #run(
    program: string,
    args: readonly string[],
  ): { readonly status: number; readonly stdout: string; readonly stderr: string } {
    const ran = this.#system.runProgram(program, args);
    if ('error' in ran)
      throw new UsageError(
        ran.isAbsent
          ? `${program} is not on PATH, and this command reads the cluster with it`
          : `${program} cannot be run: ${ran.error}`,
      );
    return {
      status: ran.status,
      stdout: this.#system.bytes.utf8(ran.stdout, 0, ran.stdout.length),
      stderr: ran.stderr,
    };
  }

  /** What Helm finds in its environment is not repeated. */
  #helmFlags(): readonly string[] {
    const { cluster } = this.#args;
    return [
      ...(cluster.namespace === undefined ? [] : ['--namespace', cluster.namespace]),
      ...FLAGS.flatMap(([name]) => {
        const value = cluster.flags.get(name);
        return value === undefined ? [] : [`--${name}`, value];
      }),
      ...cluster.groups.flatMap((group) => ['--kube-as-group', group]),
      ...(cluster.insecure ? ['--kube-insecure-skip-tls-verify'] : []),
    ];
  }

  #kubectlFlags(): readonly string[] {
    const { cluster } = this.#args;
    const { env } = this.#system;
    const groups =
      cluster.groups.length > 0
        ? cluster.groups
        : (env['HELM_KUBEASGROUPS'] ?? '').split(',').filter((word) => word !== '');
    return [
      ...FLAGS.flatMap(([name, flag, variable]) => {
        const value = cluster.flags.get(name) ?? (variable === 'KUBECONFIG' ? '' : (env[variable] ?? ''));
        return value === '' ? [] : [`${flag}=${value}`];
      }),
      ...groups.map((group) => `--as-group=${group}`),
      ...(cluster.insecure || env['HELM_KUBEINSECURE_SKIP_TLS_VERIFY'] === 'true'
        ? ['--insecure-skip-tls-verify']
        : []),
    ];
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** `Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods" …` → `pods (Forbidden)`. */
function reasonIn(line: string): string {
  const [, reason, kind] = /^Error from server \((\w+)\): (\S+) is forbidden/.exec(line) ?? [];
  return reason === undefined ? lastLine(line) : `${kind} (${reason.toLowerCase()})`;
}
