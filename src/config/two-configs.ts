/** A release has one ordering config: the chart's own, or the user's. */
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { Resource } from '../model/manifest.ts';

/** `given`: what to call the user's config. */
export const twoConfigs = (given: string, carried: Resource): Finding => ({
  code: 'config/two-configs',
  severity: SEVERITIES['config/two-configs'],
  message: `there are two ordering configs: ${given}, and the one that the chart carries${carried.template === undefined ? '' : ` in ${carried.template}`}`,
  hint: 'use one of them: `--no-config --config FILE` for the file alone, or no file of your own for that of the chart',
  resource: carried,
});
