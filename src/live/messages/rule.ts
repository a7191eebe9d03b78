/** A row: what a message says, where, and what it means. */
import type { Named, Reading } from '../cause.ts';

/** Who says it: refusing an object, placing a pod, mounting its volumes, pulling its images, or starting its containers. */
export type Place = 'admission' | 'scheduler' | 'volume' | 'container' | 'image';

export interface Rule {
  readonly at: Place;
  readonly says: RegExp;
  readonly read: (...groups: readonly string[]) => Reading;
  /** As the cluster says it: test/live/messages.test.ts reads it. */
  readonly example: string;
}

export const rule = (at: Place, says: RegExp, example: string, read: Rule['read']): Rule => ({
  at,
  says,
  read,
  example,
});

export const missing = (code: Reading['code'], kind: string, name: string, fix?: string): Reading => ({
  code,
  text: `${kind}/${name} is missing`,
  missing: { kind, name } satisfies Named,
  state: 'stuck',
  ...(fix !== undefined && { fix }),
});
