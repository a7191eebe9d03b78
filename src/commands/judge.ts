/**
 * The judgement on what a command works on: one stream, or the two that a chart renders. Each operation is judged on the stream that was rendered
 * for it, and what both streams have is told once.
 */
import type { Finding, Severity } from '../model/finding.ts';
import { AFTER_INSTALL, type Operation } from '../model/helm.ts';
import type { Source, Stream } from '../model/manifest.ts';
import { checkStoredSize, type PipelineInput } from '../pipeline.ts';
import type { PlanReport } from '../report/plan/report.ts';
import { placeFindings } from '../templates/place.ts';
import type { Arguments } from './arguments.ts';
import { NOTHING_READ, ofChart, type Told, tell } from './plan-report.ts';
import { type Previous, readPrevious } from './previous.ts';
import { ALL, configFilesOf } from './request.ts';
import { findTemplates, readStreams, requestFor, type Streams } from './streams.ts';
import type { System } from './system.ts';

export interface Judgement {
  /** Of the upgrade, and of the install where that was rendered by itself. */
  readonly report: PlanReport;
  /** The streams that could be read, each once. */
  readonly streams: readonly Stream[];
}

/** The judgement on what the command line names, or why that cannot be read. */
export function judgeGiven(args: Arguments, system: System): Judgement | Finding {
  const previous = readPrevious(args, system);
  if (previous !== undefined && 'code' in previous) return previous;
  const streams = readStreams(args.files[0], args, system);
  return 'code' in streams ? streams : judge(streams, args, system, previous);
}

export function judge(
  streams: Streams,
  args: Arguments,
  system: System,
  previous?: Previous,
  severity: Severity = ALL.severity,
): Judgement {
  const { install, upgrade, chart } = streams;
  const known = previous && { previous: previous.placements, isPreviousKnown: true };
  const requestOf = (source: Source, more: Partial<PipelineInput>): PipelineInput => ({
    ...requestFor(source, streams, args, system, { ...ALL, severity }),
    ...more,
  });
  if (install === upgrade) {
    const told = tell(requestOf(install, { ...known }));
    return judgementOf([told], told.report, streams, args, system);
  }
  const forInstall = requestOf(install, { operations: ['install'] });
  const first = tell(forInstall);
  // Argo CD never says that it upgrades.
  if (first.report.circumstances.target === 'argocd')
    return judge({ install, upgrade: install, ...(chart && { chart }) }, args, system, previous, severity);
  const forUpgrade = requestOf(upgrade, {
    operations: AFTER_INSTALL,
    ...(first.ordered && { previous: first.ordered.plan.placements }),
    ...known,
  });
  const second = tell(forUpgrade);
  const findings = mergeFindings(first.report.findings, second.report.findings);
  const shows = first.report.shows ?? second.report.shows;
  const { plan, atInstall } =
    shows === undefined
      ? { plan: second.report.plan, atInstall: first.report.plan }
      : { plan: ofChart(forUpgrade, second.report), atInstall: ofChart(forInstall, first.report) };
  const { circumstances } = second.report;
  const report =
    plan === undefined || atInstall === undefined
      ? { ...NOTHING_READ, findings, circumstances }
      : { plan: { ...plan, atInstall }, ...(shows && { shows }), findings, circumstances };
  return judgementOf([first, second], report, streams, args, system);
}

function judgementOf(
  told: readonly Told[],
  report: PlanReport,
  streams: Streams,
  args: Arguments,
  system: System,
): Judgement {
  const { chart } = streams;
  const [size] = told.flatMap(({ ordered }) =>
    ordered === undefined ? [] : checkStoredSize(ordered.stream, ordered.plan, system.gzippedSize),
  );
  const found = [...(chart?.skipped.map(ofSkipped) ?? []), ...report.findings, ...(size ? [size] : [])];
  const { placements, atInstall } = report.plan;
  const resources = [...placements, ...(atInstall?.placements ?? [])].map(({ resource }) => resource);
  const findings = placeFindings(found, resources, findTemplates(streams, args, system));
  const release = args.chart.release ?? args.previousRelease;
  const named = {
    configs: configFilesOf(args, system),
    ...(release !== undefined && { release }),
    ...(chart?.version !== undefined && { chartVersion: chart.version }),
  };
  return { report: { ...report, findings, named }, streams: told.flatMap(({ stream }) => stream ?? []) };
}

/** Findings of both renders once. What the config says of one of them only names it: the config has to be right for both. */
function mergeFindings(install: readonly Finding[], upgrade: readonly Finding[]): readonly Finding[] {
  const inBoth = new Set(install.map(keyOf));
  const known = new Set(upgrade.map(keyOf));
  return [
    ...install.map((finding) => (known.has(keyOf(finding)) ? finding : sayRender(finding, 'install'))),
    ...upgrade.filter((finding) => !inBoth.has(keyOf(finding))).map((finding) => sayRender(finding, 'upgrade')),
  ];
}

/** Names that are made by chance differ between renders, so a resource is known by its template too. */
const keyOf = ({ code, severity, message, path, resource, config }: Finding): string =>
  JSON.stringify(
    resource === undefined
      ? [code, severity, message, config]
      : [code, severity, message.replaceAll(resource.name, ''), path, resource.kind, resource.template],
  );

const sayRender = (finding: Finding, operation: Operation): Finding =>
  /^(?:order|config|input)\//.test(finding.code)
    ? { ...finding, message: `${finding.message} (in what the chart renders for ${operation})` }
    : finding;

const ofSkipped = (words: string): Finding => ({
  code: 'hook/unknown-event',
  severity: 'error',
  message: `a template of the chart has the hook annotation "${words}", and Helm does not know all of its events: it leaves the resource out, without an error`,
  hint: 'correct the event; `helm template --debug` may show the template',
});
