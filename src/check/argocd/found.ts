/** Findings about Argo CD, with the entry of the config that claims the resource. */
import { type Cure, type Finding, type FindingCode, findingOf, type Severity } from '../../model/finding.ts';
import type { Path } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';

export interface Told {
  readonly path?: Path;
  readonly severity?: Severity;
  readonly mark?: string;
  readonly hint: string;
  readonly cure?: Cure;
}

export const found = (
  code: FindingCode,
  { resource, rule }: Placement,
  message: string,
  { path = ['metadata', 'name'], severity, mark, hint, cure }: Told,
): Finding =>
  findingOf(code, resource, path, message, {
    hint,
    ...(cure && { cure }),
    ...(severity && { severity }),
    ...(mark !== undefined && { mark }),
    ...(rule && { config: { ...rule.place, hook: rule.name } }),
  });

export const annotationPath = (key: string): Path => ['metadata', 'annotations', key];
