// The objects of a scenario: which there are, where, and how long what is done with them takes.
import { FINALIZER } from './documents.mjs';

/** Names that belong to the whole cluster have RUN in them. */
export const named = (text, run) => text.replaceAll('RUN', run);

/** And back. */
export const plain = (name, run) => name.replaceAll(run, 'RUN');

export const chartDocumentsOf = ({ charts }) =>
  Object.values(charts).flatMap((chart) =>
    Array.isArray(chart) ? chart : [...chart.documents, ...(chart.crds ?? [])],
  );
/** Also what another client applies. */
export const documentsOf = (scenario) => [
  ...chartDocumentsOf(scenario),
  ...scenario.run.flatMap(({ apply }) => (apply === undefined ? [] : [apply])),
];
const titleOfDocument = ({ kind, metadata }) => `${kind}/${metadata.name}`;
const isHook = ({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined;

/** `Kind/name` to its namespace, of these objects, and of those that the scenario watches besides. */
export function objectsOf(documents, scenario, run) {
  const titles = [...documents.map(titleOfDocument), ...(scenario.watch ?? [])];
  return new Map(titles.map((title) => [named(title, run), namespaceOf(title, scenario, run)]));
}

/** The run's own, unless the manifest names another. */
export function namespaceOf(title, scenario, run) {
  const found = documentsOf(scenario).find((each) => titleOfDocument(each) === title)?.metadata.namespace;
  return found === undefined ? run : named(found, run);
}

/** Objects that are a hook in one of the charts. In which, the order of writes tells. */
export const hooksOf = (scenario) => new Set(documentsOf(scenario).filter(isHook).map(titleOfDocument));

/** How a wait for an object shows: Jobs and Pods take their time; others where the scenario makes them slow. */
export function slowOf(scenario) {
  const slow = new Map();
  for (const each of documentsOf(scenario)) {
    const { kind, spec, metadata } = each;
    const annotations = { ...metadata.annotations, ...spec?.template?.metadata?.annotations };
    if (kind === 'Job' || kind === 'Pod') slow.set(titleOfDocument(each), ['over', 'failed']);
    else if (annotations['plane/ready'] !== undefined) slow.set(titleOfDocument(each), ['ready']);
    else if (metadata.finalizers?.includes(FINALIZER)) slow.set(titleOfDocument(each), []);
  }
  return slow;
}
