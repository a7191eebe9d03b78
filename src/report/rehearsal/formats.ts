/** By name, each format of `hookorder rehearse`; the first is the default. */
import { formatRehearsalJson } from './json.ts';
import type { RehearsalFormatter } from './report.ts';
import { formatRehearsalText } from './text.ts';

export const REHEARSAL_FORMAT_NAMES = ['text', 'json'] as const;

export const REHEARSAL_FORMATS: Readonly<Record<(typeof REHEARSAL_FORMAT_NAMES)[number], RehearsalFormatter>> = {
  text: formatRehearsalText,
  json: formatRehearsalJson,
};
