/** What the first upgrade with a config does to a running release: a checklist for people, and the same for programs. */
import type { Circumstances } from '../../engines/engine.ts';
import { helm } from '../../engines/helm/simulate.ts';
import type { Run, Step } from '../../engines/run.ts';
import type { Finding, FindingCode } from '../../model/finding.ts';
import type { Placement } from '../../model/plan.ts';
import { worstFirst } from '../findings/sort.ts';
import { changesOf, type InstalledChange } from '../installed.ts';

export interface Adoption {
  /** The release in the cluster. */
  readonly release: string;
  /** What is installed: `revision 6 of shop`, or files. */
  readonly from: string;
  /** Its last revision, in Helm's word. */
  readonly status?: string;
  readonly chart: string;
  readonly config: readonly string[];
  readonly findings: readonly Finding[];
  /** As Helm is told by the command. */
  readonly upgrade: Run;
  readonly changes: readonly InstalledChange[];
  /** The `helm upgrade` command line, word by word. */
  readonly command: readonly string[];
}

/** Why nothing begins: another operation holds the release. */
export const isLocked = ({ status }: Pick<Adoption, 'status'>): boolean => /^pending-/.test(status ?? '');

/** Of infos only what is about this upgrade. */
const TOLD: readonly FindingCode[] = ['hook/adopts-resource', 'job/runs-less-often', 'live/without-post-renderer'];

export const toldOf = (findings: readonly Finding[]): readonly Finding[] =>
  worstFirst(findings).filter(({ severity, code }) => severity !== 'info' || TOLD.includes(code));

export interface Upgrade {
  readonly run: Run;
  /** Whether Helm has to be told `--take-ownership`, and then goes on. */
  readonly takesOwnership: boolean;
}

/** The upgrade, with `--take-ownership` where that, and nothing else, makes it work. */
export function upgradeOf(placements: readonly Placement[], circumstances: Circumstances): Upgrade {
  const run = helm.simulate(placements, 'upgrade', circumstances);
  if (run.stop?.because !== 'not-owned') return { run, takesOwnership: false };
  const taking = helm.simulate(placements, 'upgrade', { ...circumstances, takeOwnership: true }, run.start);
  return taking.stop === undefined ? { run: taking, takesOwnership: true } : { run, takesOwnership: false };
}

export const changesIn = (run: Run): readonly InstalledChange[] => changesOf(run);

/** Jobs and Pods that run, in their order. */
export const runsOf = ({ steps }: Run): readonly Step[] =>
  steps.filter(
    ({ subject: { id }, do: deed, phase }) =>
      (id.kind === 'Job' || id.kind === 'Pod') && (deed === 'create' || (deed === 'update' && phase !== 'release')),
  );

/** How many of the release's own resources are created, and changed in place. */
export function countsOf({ steps }: Run): { readonly created: number; readonly updated: number } {
  const own = steps.filter(({ phase }) => phase === 'release');
  return {
    created: own.filter(({ do: deed, because }) => deed === 'create' && because === 'manifest').length,
    updated: own.filter(({ do: deed }) => deed === 'update').length,
  };
}
