/** A rehearsal as JSON: a stable shape (docs/formats.md), every key always there. */
import { jsonText } from '../safe-text.ts';
import type { RehearsalFormatter } from './report.ts';

export const formatRehearsalJson: RehearsalFormatter = ({ rehearsal }) =>
  jsonText({ apiVersion: 'hookorder.io/v1', kind: 'Rehearsal', ...rehearsal });
