/** What a pattern becomes. */

export type Test = (text: string) => boolean;

/** Why a text is no pattern: a sentence without its subject, and what to do. */
export interface NoPattern {
  readonly problem: string;
  readonly hint: string;
}
