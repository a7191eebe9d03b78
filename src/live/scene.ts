/** What a diagnosis is made of, and what it says. */
import type { Circumstances } from '../engines/engine.ts';
import type { Run } from '../engines/run.ts';
import type { Finding } from '../model/finding.ts';
import type { Operation } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import type { Mishap } from '../rehearsal/rehearsal.ts';
import type { Release } from '../release/release.ts';
import type { Cause } from './cause.ts';
import type { Cluster } from './cluster.ts';
import type { Stored } from './record.ts';
import type { Line } from './steps.ts';

/** A revision, and what hookorder makes of its stream. */
export interface Revision {
  readonly stored: Stored;
  readonly placements: readonly Placement[];
  readonly findings: readonly Finding[];
}

export interface Subject {
  readonly current: Revision;
  /** The revision that was installed before; absent at a first install. */
  readonly previous?: readonly Placement[];
  readonly circumstances: Circumstances;
}

export interface Diagnosis {
  readonly stored: Stored;
  readonly operation: Operation;
  readonly run: Run;
  readonly lines: readonly Line[];
  /** The line that holds everything up, or failed. */
  readonly line?: Line;
  /** What holds it up, worst first; empty where nothing does. */
  readonly causes: readonly Cause[];
  /** When the state was read, unix seconds. */
  readonly at: number;
  readonly timeoutSeconds: number;
  readonly unseen: readonly string[];
  /** What comes next, from the step at which the operation has ended, or would end if Helm gave up now. */
  readonly next?: Mishap;
}

/** What of a subject stays the same while it is watched. */
export interface Prepared {
  readonly operation: Operation;
  readonly run: Run;
  readonly release: Release;
}

/** All that causes are read from. */
export interface Scene extends Omit<Diagnosis, 'causes' | 'next'> {
  readonly subject: Subject;
  readonly prepared: Prepared;
  readonly cluster: Cluster;
}
