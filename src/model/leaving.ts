/**
 * A resource under the identity with which it leaves: what `patch` and new names make of its kind, name, namespace and labels.
 *
 * Everything that was written stays what it was: the document, its positions, and the annotations, which tell whether the chart made a hook
 * of it. What counts as its hook now is in its placement.
 */
import { BASE_NAME } from './annotations.ts';
import { isObject, type Json, type JsonObject, valueAt } from './json.ts';
import type { Manifest, Names, Resource } from './manifest.ts';
import { stemOf } from './name-tail.ts';

/** The resource as it came in. */
export const enteredOf = (resource: Resource): Resource => resource.entered ?? resource;

/** Undefined when the value is no resource any more: it has no kind, or neither a name nor a `generateName`. */
export function asLeaving(resource: Resource, value: JsonObject): Resource | undefined {
  const metadata = valueAt(value, ['metadata']);
  const text = (key: string): string | undefined => textOf(valueAt(metadata, [key]));
  const apiVersion = textOf(value['apiVersion']);
  const kind = textOf(value['kind']);
  const name = text('name') ?? '';
  const generateName = text('generateName');
  const isNamed = valueAt(metadata, ['name']) === undefined ? generateName !== undefined : name !== '';
  if (apiVersion === undefined || kind === undefined || !isNamed) return undefined;
  const labels = valueAt(metadata, ['labels']);
  return new LeavingResource(enteredOf(resource), {
    apiVersion,
    kind,
    name,
    generateName,
    namespace: text('namespace'),
    labels: isObject(labels) ? labels : {},
    baseName: textOf(valueAt(metadata, ['annotations', BASE_NAME])) ?? stemOf(name) ?? name,
  });
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

type Identity = Pick<Resource, 'apiVersion' | 'kind' | 'name' | 'generateName' | 'namespace' | 'labels' | 'baseName'>;

class LeavingResource implements Resource {
  readonly entered: Resource;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly generateName: string | undefined;
  readonly namespace: string | undefined;
  readonly labels: Readonly<JsonObject>;
  readonly baseName: string;
  readonly mayBeHook: boolean;
  readonly mayBeOurs: boolean;

  constructor(entered: Resource, identity: Identity) {
    this.entered = entered;
    this.apiVersion = identity.apiVersion;
    this.kind = identity.kind;
    this.name = identity.name;
    this.generateName = identity.generateName;
    this.namespace = identity.namespace;
    this.labels = identity.labels;
    this.baseName = identity.baseName;
    this.mayBeHook = entered.mayBeHook;
    this.mayBeOurs = entered.mayBeOurs;
  }

  get document(): Resource['document'] {
    return this.entered.document;
  }

  get annotations(): Readonly<JsonObject> {
    return this.entered.annotations;
  }

  get template(): string | undefined {
    return this.entered.template;
  }

  get chart(): string | undefined {
    return this.entered.chart;
  }

  text(): string {
    return this.entered.text();
  }

  says(words: string): boolean {
    return this.entered.says(words);
  }

  valuesOf(keys: readonly string[]): ReturnType<Resource['valuesOf']> {
    return this.entered.valuesOf(keys);
  }

  namesIn(names: Names): readonly string[] {
    return this.entered.namesIn(names);
  }

  manifest(): Manifest {
    return this.entered.manifest();
  }
}
