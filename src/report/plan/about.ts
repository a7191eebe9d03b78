/** Which release a plan is of: its name, its chart, the config that orders it, and who deploys it, as far as that is known. */
import type { Circumstances } from '../../engines/engine.ts';
import type { Placement } from '../../model/plan.ts';
import { some } from '../layout.ts';
import type { PlanReport } from './report.ts';

export interface About {
  readonly release: string | undefined;
  /** Root charts; of a plain stream none. */
  readonly charts: readonly string[];
  /** Of the only chart. */
  readonly chartVersion: string | undefined;
  /** Files, or `of the chart`; undefined when there is no config. */
  readonly config: string | undefined;
  readonly deployer: 'Helm' | 'Argo CD';
  readonly version: string;
}

export function aboutOf({ plan, circumstances, named }: PlanReport): About {
  const charts = [...new Set(plan.placements.flatMap(({ resource }) => resource.template?.split('/')[0] ?? []))];
  const [only] = charts;
  const configs = named?.configs ?? [];
  const isCarried = configs.length === 0 && plan.placements.some(({ rule }) => rule !== undefined);
  return {
    release: named?.release,
    charts,
    chartVersion:
      named?.chartVersion ??
      (only === undefined || charts.length > 1 ? undefined : versionByLabel(only, plan.placements)),
    config: configs.length > 0 ? configs.join(', ') : isCarried ? 'of the chart' : undefined,
    deployer: deployerOf(circumstances),
    version: circumstances.version,
  };
}

const deployerOf = ({ target }: Circumstances): About['deployer'] => (target === 'argocd' ? 'Argo CD' : 'Helm');

/** By the label that charts made with `helm create` have: `helm.sh/chart: shop-1.4.0`, where `_` stands for `+`. */
function versionByLabel(chart: string, placements: readonly Placement[]): string | undefined {
  const versions = new Set(
    placements.flatMap(({ resource: { labels } }) => {
      const label = labels['helm.sh/chart'];
      const rest = typeof label === 'string' && label.startsWith(`${chart}-`) ? label.slice(chart.length + 1) : '';
      return /^v?\d+\.\d+\.\d+/.test(rest) ? [rest.replaceAll('_', '+')] : [];
    }),
  );
  return versions.size === 1 ? [...versions][0] : undefined;
}

/** `release shop, chart shop 1.4.0, config hookorder.yaml, Helm 4.3`: the parts of a headline. */
export function partsOf({ release, charts, chartVersion, config, deployer, version }: About): readonly string[] {
  const chart = `${charts.length > 1 ? 'charts' : 'chart'} ${some(charts, 3)}${chartVersion === undefined ? '' : ` ${chartVersion}`}`;
  return [
    ...(release === undefined ? [] : [`release ${release}`]),
    ...(charts.length === 0 ? [] : [chart]),
    config === undefined ? 'no config' : `config ${config}`,
    // A line does not end before a number.
    `${deployer}\u00a0${version}`,
  ];
}
