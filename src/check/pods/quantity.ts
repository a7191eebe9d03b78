/** Amounts of cpu and memory as Kubernetes writes them: `250m`, `1.5Gi`, `2e3`. */
import type { Json } from '../../model/json.ts';

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** In cores or bytes; undefined for what is no amount. */
export function readQuantity(value: Json | undefined): number | undefined {
  const [, digits, unit = ''] = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(value ?? '').trim()) ?? [];
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
