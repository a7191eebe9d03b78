/** The record of what each Helm did on a real control plane, as data: testdata/truth/helm.json, written by `npm run truth`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TESTDATA } from '../support/files.ts';

export interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: {
    readonly suspend?: boolean;
    readonly activeDeadlineSeconds?: number;
    readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
}

/** An operation of Helm, or something else that happens between two. */
export interface Deed {
  readonly helm?: 'install' | 'upgrade' | 'rollback' | 'uninstall' | 'test';
  readonly chart?: string;
  readonly to?: number;
  readonly flags?: readonly string[];
  readonly timeout?: number;
  /** Another Helm than the one in question. */
  readonly with?: string;
  readonly meanwhile?: readonly Intervention[];
  /** Another client applies this. */
  readonly apply?: Document;
  /** Another client deletes this object. */
  readonly remove?: string;
  /** The finalizer goes that held this object. */
  readonly release?: string;
  /** The Pods of this Job end well. */
  readonly finish?: string;
  /** How Pods go that start during the operation, by the name of their Job, their Deployment, or their own (scripts/plane/kubelet.mjs). */
  readonly fates?: Readonly<Record<string, { readonly outcome?: string; readonly ready?: number }>>;
  /** One write of Helm goes wrong: it is refused, or Helm is killed when it is done, or a finalizer holds what it deletes. */
  readonly gate?: {
    readonly object: string;
    readonly writes: 'apply' | 'delete';
    readonly outcome: 'refuse' | 'cut' | 'hold';
  };
}
export interface Intervention {
  readonly when?: string;
  /** Seconds. */
  readonly after?: number;
  readonly finish?: string;
  readonly kill?: string;
  readonly release?: string;
  readonly remove?: string;
}

export interface Presence {
  /** The number of the operation that made it. */
  readonly made: number;
  readonly state?: 'running' | 'succeeded' | 'failed';
  readonly going?: boolean;
  /** The mark of the chart that it is of. */
  readonly v?: string;
}

/** What one operation did. A step is one line; scripts/truth/observe.mjs says how to read it. */
export interface Seen {
  readonly do: string;
  readonly exit: number | string;
  readonly error?: string;
  readonly steps: readonly string[];
  readonly world: Readonly<Record<string, Presence>>;
  readonly release: readonly string[];
  /** How often Pods of these Jobs, and these Pods, were started. */
  readonly runs?: Readonly<Record<string, number>>;
}

export interface Scenario {
  readonly name: string;
  readonly fact: string;
  readonly charts: Readonly<
    Record<string, { readonly documents: readonly Document[]; readonly crds?: readonly Document[] }>
  >;
  readonly run: readonly Deed[];
  readonly results: readonly {
    readonly versions: readonly string[];
    readonly holds: boolean;
    readonly operations: readonly Seen[];
  }[];
}

export const readRecord = (): { readonly versions: readonly string[]; readonly scenarios: readonly Scenario[] } =>
  JSON.parse(readFileSync(join(TESTDATA, 'truth', 'helm.json'), 'utf8'));
