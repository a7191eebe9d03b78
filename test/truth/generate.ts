/**
 * Random releases and what is done with them, as scenarios for the control plane (scripts/truth).
 *
 * A release is a few objects. Each has one or two forms, and each of three charts has one form of it or leaves it out, so that an upgrade
 * changes, adds, drops, adopts and gives up objects. How Jobs, Pods and workloads end is in their annotations (scripts/plane/kubelet.mjs).
 */
import fc from 'fast-check';
import * as documents from '../../scripts/truth/documents.mjs';
import type { Deed, Document, Scenario } from './record.ts';

export type Generated = Pick<Scenario, 'charts' | 'run'> & {
  /** Objects that controllers make. */
  readonly watch: readonly string[];
  /** Pods that are being deleted are gone before the next operation begins. */
  readonly patient: true;
};

/** Seconds: long enough for a busy machine, short enough to wait for it many times. */
const TIMEOUT = 10;
const CHARTS = ['one', 'two', 'three'] as const;
const NAMES = ['a', 'b', 'c'];

type Settings = documents.Settings;
type Form = Settings & { readonly isRefused?: boolean };

const some = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary });

/** Events that are met together, each alone, and one that Helm does not know. */
const events = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'pre-install,pre-upgrade',
      'post-install,post-upgrade',
      'pre-install,pre-upgrade,pre-rollback',
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .uniqueArray(
        fc.constantFrom(
          ...['pre-install', 'post-install', 'pre-upgrade', 'post-upgrade', 'pre-rollback', 'post-rollback'],
          ...['pre-delete', 'post-delete', 'test'],
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((words) => words.join()),
  },
  { weight: 1, arbitrary: fc.constant('pre-install,pre-upgrad') },
);

const policies = fc.oneof(
  fc
    .uniqueArray(fc.constantFrom('before-hook-creation', 'hook-succeeded', 'hook-failed'), {
      minLength: 1,
      maxLength: 3,
    })
    .map((words) => words.join()),
  fc.constantFrom('keep', '', 'hook-succeeded', 'hook-failed'),
);

const hookSettings = fc.record({
  hook: some(60, events),
  weight: some(50, fc.integer({ min: -1, max: 1 })),
  policy: some(60, policies),
  keep: some(8, fc.constant(true)),
  finalizer: some(4, fc.constant(true)),
});

type Make = (name: string, form: Form) => Document;

/** What each kind has besides the settings of hooks. */
const KINDS: readonly (readonly [kind: string, weight: number, make: Make, own: fc.Arbitrary<Form>])[] = [
  [
    'Job',
    9,
    (name, form) => (form.isRefused ? documents.refusedJob : documents.job)(name, form),
    fc.oneof(
      { weight: 12, arbitrary: fc.constant<Form>({}) },
      { weight: 3, arbitrary: fc.constant<Form>({ outcome: 'fail' }) },
      { weight: 2, arbitrary: fc.constant<Form>({ outcome: 'hang', grace: 2 }) },
      { weight: 1, arbitrary: fc.constant<Form>({ outcome: 'hang', spec: { activeDeadlineSeconds: 2 } }) },
      { weight: 2, arbitrary: fc.constant<Form>({ isRefused: true }) },
      { weight: 2, arbitrary: fc.constantFrom(...NAMES).map((needs): Form => ({ needs })) },
    ),
  ],
  [
    'Pod',
    3,
    documents.pod,
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Form>({}) },
      // Never ready, so that Helm 3 does not take a plain one for ready before it fails.
      { weight: 2, arbitrary: fc.constant<Form>({ outcome: 'fail', ready: 9 }) },
      { weight: 2, arbitrary: fc.constant<Form>({ outcome: 'hang', grace: 3 }) },
    ),
  ],
  ['ConfigMap', 5, documents.configMap, fc.constant({})],
  ['Secret', 1, documents.secret, fc.constant({})],
  ['ServiceAccount', 1, documents.account, fc.constant({})],
  ['Service', 1, documents.service, fc.constant({})],
  ['PersistentVolumeClaim', 1, documents.claim, fc.constant({})],
  [
    'Deployment',
    2,
    documents.deployment,
    fc
      .record({ ready: fc.constantFrom(0, 0, 1, 600) })
      .chain((form) =>
        some(20, fc.constantFrom(...NAMES)).map((claim): Form => ({ ...form, ...(claim !== undefined && { claim }) })),
      ),
  ],
  [
    'StatefulSet',
    1,
    documents.statefulSet,
    fc
      .boolean()
      .map((claims) =>
        claims ? { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: documents.claimSpec }] } } : {},
      ),
  ],
];

interface Slot {
  readonly title: string;
  readonly claims: boolean;
  /** Its document in each of the charts. */
  readonly documents: readonly (Document | undefined)[];
}

const slot: fc.Arbitrary<Slot> = fc
  .oneof(...KINDS.map((each) => ({ weight: each[1], arbitrary: fc.constant(each) })))
  .chain(([kind, , make, own]) => {
    const form = fc.record({ hook: hookSettings, own, image: fc.constantFrom('x', 'x', 'y') });
    return fc
      .record({
        name: fc.constantFrom(...NAMES),
        forms: fc.tuple(form, form),
        charts: fc.tuple(...CHARTS.map(() => fc.constantFrom(0, 0, 1, undefined))),
      })
      .map(({ name, forms, charts }) => {
        const made = forms.map(({ hook, own: settings, image }, v) =>
          make(name, { ...said(hook), ...settings, image, v: v + 1 }),
        );
        return {
          title: `${kind}/${name}`,
          claims: forms.some((each) => each.own.spec !== undefined && kind === 'StatefulSet'),
          documents: charts.map((which) => (which === undefined ? undefined : made[which])),
        };
      });
  });

const said = (settings: object): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

const chart = fc.constantFrom(...CHARTS);
const waits = fc.oneof(
  { weight: 6, arbitrary: fc.constant<string[]>([]) },
  { weight: 2, arbitrary: fc.constant<string[]>(['--wait']) },
  { weight: 1, arbitrary: fc.constant<string[]>(['--wait', '--wait-for-jobs']) },
);
const onFailure = fc.oneof(
  { weight: 5, arbitrary: fc.constant<string[]>([]) },
  { weight: 1, arbitrary: fc.constant<string[]>(['--rollback-on-failure']) },
);
const ownership = fc.oneof(
  { weight: 4, arbitrary: fc.constant<string[]>([]) },
  { weight: 1, arbitrary: fc.constant<string[]>(['--take-ownership']) },
);
const flags = (...parts: fc.Arbitrary<string[]>[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts).map((lists) => [...new Set(lists.flat())]);

const first: fc.Arbitrary<Deed> = fc.record({
  helm: fc.constant('install' as const),
  chart,
  flags: flags(waits, onFailure),
});
const next: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      helm: fc.constant('upgrade' as const),
      chart,
      flags: flags(waits, onFailure, ownership, fc.constantFrom([], ['--install'])),
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ to: some(50, fc.integer({ min: 1, max: 3 })), flags: waits })
      .map(({ to, flags: words }) => ({ helm: 'rollback' as const, ...(to !== undefined && { to }), flags: words })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ helm: fc.constant('uninstall' as const), flags: fc.constantFrom([], [], ['--wait']) }),
  },
  { weight: 1, arbitrary: fc.constant<Deed>({ helm: 'test', flags: [] }) },
  { weight: 1, arbitrary: first },
);

const CLIENT_SIDE = '--server-side=false';
const APPLIES = new Set(['install', 'upgrade', 'rollback']);

export const scenarios: fc.Arbitrary<Generated> = fc
  .record({
    slots: fc.uniqueArray(slot, { minLength: 1, maxLength: 6, selector: ({ title }) => title }),
    start: first,
    more: fc.array(next, { minLength: 1, maxLength: 4 }),
    isClientSide: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  .map(({ slots, start, more, isClientSide }) => ({
    charts: Object.fromEntries(
      CHARTS.map((name, at) => [name, { documents: slots.flatMap((each) => each.documents[at] ?? []) }]),
    ),
    run: [start, ...more].map((deed) => ({
      ...deed,
      timeout: TIMEOUT,
      flags: [...(deed.flags ?? []), ...(isClientSide && APPLIES.has(deed.helm ?? '') ? [CLIENT_SIDE] : [])],
    })),
    watch: slots
      .filter(({ claims }) => claims)
      .map(({ title }) => `PersistentVolumeClaim/data-${title.replace(/.*\//, '')}-0`),
    patient: true as const,
  }));
