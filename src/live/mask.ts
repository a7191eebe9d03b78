/**
 * Values of Secrets that the release brings, for keeping them out of what is printed: logs and messages of the cluster may repeat them.
 */
import { decodeBase64 } from '../model/base64.ts';
import { PLAIN_BYTES } from '../model/bytes.ts';
import { isObject, type JsonObject, valueAt } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';
import type { Cause } from './cause.ts';

export type Mask = (text: string) => string;

/** Shorter ones are words that logs have anyway: `root`, `true`, `5432`. */
const SHORTEST = 6;

/** Everything of a Secret's data, whole and by line, as it is, in base64 and as in an URL, becomes `***`. */
export function maskFor(placements: readonly Placement[]): Mask {
  const values = new Set<string>();
  const add = (value: string): void => {
    for (const part of [value, value.trim(), ...value.split(/\r?\n/).map((line) => line.trim())])
      if (part.length >= SHORTEST) {
        values.add(part);
        values.add(encodeURIComponent(part));
      }
  };
  for (const { resource, value } of placements)
    if (resource.kind === 'Secret') {
      const secret = value();
      for (const text of stringsAt(secret, 'stringData')) add(text);
      for (const text of stringsAt(secret, 'data')) {
        add(text);
        const bytes = decodeBase64(text);
        if (bytes !== undefined) add(utf8(bytes));
      }
    }
  // Longest first: a part of a value must not break the whole.
  const sorted = [...values].sort((a, b) => b.length - a.length);
  return (text) => sorted.reduce((masked, value) => masked.replaceAll(value, '***'), text);
}

const stringsAt = (secret: JsonObject, key: string): readonly string[] => {
  const data = valueAt(secret, [key]);
  return isObject(data) ? Object.values(data).filter((value) => typeof value === 'string') : [];
};

function utf8(latin1: string): string {
  const bytes = Uint8Array.from(latin1, (character) => character.charCodeAt(0));
  return PLAIN_BYTES.utf8(bytes, 0, bytes.length);
}

export const maskCause = (cause: Cause, mask: Mask): Cause => ({
  ...cause,
  text: mask(cause.text),
  ...(cause.said !== undefined && { said: mask(cause.said) }),
  ...(cause.fix !== undefined && { fix: mask(cause.fix) }),
});
