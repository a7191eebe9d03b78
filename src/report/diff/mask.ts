/**
 * Values of Secrets never leave hookorder: they become `***`, on both sides of a comparison at once, so that equal and unequal stay
 * visible without anything that could be guessed from.
 *
 * Masked are data and stringData of every object of kind Secret, however deep it is nested (Lists, objects in custom resources), and
 * the annotations in which tools keep a whole manifest.
 */
import { isObject, type Json, type JsonObject } from '../../model/json.ts';

const MASK = '***';
const MANIFEST_ANNOTATIONS = ['kubectl.kubernetes.io/last-applied-configuration', 'kapp.k14s.io/original'];

export interface Masked {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  /** True when something was masked: then the source text must not be shown either, because its comments may say more. */
  readonly sensitive: boolean;
}

export function maskSecrets(before: JsonObject | undefined, after: JsonObject | undefined): Masked {
  const state = { sensitive: false };
  const masked = {
    before: before && (mask(before, undefined, false, state) as JsonObject),
    after: after && (mask(after, before, false, state) as JsonObject),
  };
  return { ...masked, sensitive: state.sensitive };
}

/** `other` is the value at the same place of the other side, undefined where there is none to compare with. */
function mask(value: Json, other: Json | undefined, isSecret: boolean, state: { sensitive: boolean }): Json {
  if (Array.isArray(value))
    return value.map((item, at) => mask(item, Array.isArray(other) ? other[at] : undefined, isSecret, state));
  if (!isObject(value)) return value;
  const secret = value['kind'] === 'Secret' || (isSecret && value['kind'] === undefined);
  if (secret) state.sensitive = true;
  return mapValues(value, (item, key) => {
    const beside = isObject(other) && Object.hasOwn(other, key) ? other[key] : undefined;
    if (secret && (key === 'data' || key === 'stringData')) return hide(item, beside);
    if (key === 'annotations' && isObject(item))
      return mapValues(item, (text, name) => {
        if (!MANIFEST_ANNOTATIONS.includes(name)) return text;
        state.sensitive = true;
        return hide(text, isObject(beside) ? beside[name] : undefined);
      });
    // The items of a SecretList do not say their kind.
    return mask(item, beside, key === 'items' && value['kind'] === 'SecretList', state);
  });
}

function hide(value: Json, other: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item, at) => hide(item, Array.isArray(other) ? other[at] : undefined));
  if (isObject(value))
    return mapValues(value, (item, key) =>
      hide(item, isObject(other) && Object.hasOwn(other, key) ? other[key] : undefined),
    );
  return other === undefined || other === value ? MASK : `${MASK} (changed)`;
}

/** `Object.fromEntries` defines own properties, whatever they are called. */
const mapValues = (object: JsonObject, change: (value: Json, key: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
