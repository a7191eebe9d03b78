/**
 * The template with which `helm get all` prints a revision in the shape of `helm status -o json`.
 *
 * `helm status` itself asks the API server for each object of the release, and fails where one of its kinds is not known; `helm get` reads what Helm stored and
 * nothing else [S pkg/action/{status,get}.go]. Its templates know only what Go's text/template has [S pkg/cmd/printer.go tpl].
 */
import type { Json } from '../model/json.ts';

const time = (field: string): string => `"{{${field}.Format "2006-01-02T15:04:05Z07:00"}}"`;
const text = (field: string): string => `"{{js ${field}}}"`;

/** `manifests`: with what was applied, which is most of it. `version` of Helm: 3 has no method of applying. */
export function templateFor(manifests: boolean, version: string): string {
  const hook = [
    `"name":${text('.Name')},"kind":${text('.Kind')},"path":${text('.Path')}`,
    `"last_run":{"started_at":${time('.LastRun.StartedAt')},"completed_at":${time('.LastRun.CompletedAt')},"phase":"{{.LastRun.Phase}}"}`,
    ...(manifests ? [`"manifest":${text('.Manifest')}`] : []),
  ];
  const release = [
    `"name":${text('.Name')},"namespace":${text('.Namespace')},"version":{{.Version}}`,
    `"info":{"status":"{{.Info.Status}}","description":${text('.Info.Description')},"last_deployed":${time('.Info.LastDeployed')},"deleted":${time('.Info.Deleted')}}`,
    `"hooks":[{{range $at, $hook := .Hooks}}{{if $at}},{{end}}{${hook.join(',')}}{{end}}]`,
    ...(version.startsWith('3.') ? [] : [`"apply_method":${text('.ApplyMethod')}`]),
    ...(manifests ? [`"manifest":${text('.Manifest')}`] : []),
  ];
  return `{{with .Release}}{${release.join(',')}}{{end}}`;
}

/** What such a template printed. Go's `js` escapes a single quote, which JSON does not know. */
export function parseTemplate(output: string): Json | undefined {
  try {
    return JSON.parse(
      output.replaceAll(/\\(.)/gs, (written, character) => (character === "'" ? "'" : written)),
    ) as Json;
  } catch {
    return undefined;
  }
}
