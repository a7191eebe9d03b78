/** One finding as a block of lines, the same wherever a finding stands alone: in a refusal, on stderr, in an explanation. */
import { type Finding, membersOf } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { formatPlace, length, padEnd, paragraph, WIDTH, wrap } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { NAMED } from './merge.ts';

/**
 *     error[refs/not-yet-created] Job/shop-db-migrate needs ConfigMap/shop-config,
 *     which Helm creates after pre-install hooks
 *       --> templates/migrate-job.yaml  spec.template.spec.containers[0].envFrom[0]
 *       --> hookorder.yaml:12:5         hook "migrate"
 *       hint: add `dependencies: copy` to this hook
 */
export function formatFinding(finding: Finding, style: Style, width = WIDTH): string {
  const label = `${finding.severity}[${finding.code}]`;
  const [first = '', ...rest] = wrap(`${label} ${printable(finding.message)}`, width);
  const lines = [
    style[finding.severity](label) + first.slice(label.length),
    ...rest,
    ...placeLines(placesOf(finding), width),
  ];
  const names = membersOf(finding);
  if (names.length > NAMED + 1) lines.push(paragraph(`  all ${names.length}: `, printable(names.join(', ')), width));
  if (finding.hint !== undefined) lines.push(paragraph('  fix: ', printable(finding.hint), width));
  return lines.join('\n');
}

/** Both printable. */
type FindingPlace = readonly [where: string, what: string];

/** The place in the chart, then the place in the config. */
function placesOf({ resource, path, position, config, source }: Finding): readonly FindingPlace[] {
  const what = path === undefined ? '' : printable(formatPath(path));
  return [
    ...(resource === undefined
      ? []
      : [
          [
            printable(
              source === undefined
                ? whereOf(resource.template, resource.document.stream.file, position)
                : formatPlace(source),
            ),
            what,
          ] as const,
        ]),
    ...(config === undefined
      ? []
      : [
          [
            printable(formatPlace(config)),
            config.hook === undefined ? '' : printable(`hook "${config.hook}"`),
          ] as const,
        ]),
  ];
}

/** A line number belongs to the stream, so it would be wrong beside the name of a template. */
const whereOf = (template: string | undefined, file: string, position: Finding['position']): string =>
  template ?? (position === undefined ? file : formatPlace({ file, ...position }));

function placeLines(places: readonly FindingPlace[], width: number): readonly string[] {
  const column = Math.max(...places.map(([where]) => length(where)));
  const room = width - '  --> '.length - column - 2;
  const aligned = places.every(([, what]) => length(what) <= room);
  return places.flatMap(([where, what]) => {
    const arrow = `  --> ${where}`;
    if (what === '') return [arrow];
    if (aligned) return [`  --> ${padEnd(where, column)}  ${what}`];
    return length(arrow) + 2 + length(what) <= width ? [`${arrow}  ${what}`] : [arrow, `      ${what}`];
  });
}
