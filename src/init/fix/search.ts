/**
 * The search for the smallest config that cures a release: look, try what may cure each finding, keep what the court accepts, look again; at the
 * end, what is not needed goes.
 *
 * Looks are dear, so cures are tried together first, and apart only where they do not all work.
 */
import type { Circumstances } from '../../engines/engine.ts';
import type { Finding } from '../../model/finding.ts';
import { Release } from '../../release/release.ts';
import { findIn } from './case.ts';
import type { Candidate } from './change.ts';
import { type Court, type Fault, isCured, type Look, worseThan } from './court.ts';
import { curesFor } from './cures.ts';
import { argoCuresFor } from './cures-argocd.ts';
import { addCandidate, type Entry, type Frame } from './entries.ts';

export interface Search {
  readonly court: Court;
  readonly frame: Frame;
  readonly circumstances: Pick<Circumstances, 'timeoutSeconds' | 'wait'> & Partial<Circumstances>;
  /** The text of a config with these entries. */
  readonly configOf: (entries: readonly Entry[]) => string;
  /** Which findings to cure. */
  readonly isWanted: (finding: Finding) => boolean;
}

export interface State {
  readonly entries: readonly Entry[];
  readonly look: Look;
}

const MAX_LOOKS = 150;
/** How many cures may follow one, each for what the one before brought. */
const MAX_DEPTH = 3;
/** More are hardly ever about the same thing. */
const MAX_UNITS = 16;

export function search(first: Look, wanted: Search): State {
  return new Searcher(first, wanted).run();
}

class Searcher {
  private readonly first: Look;
  private readonly wanted: Search;
  private readonly givenUp = new Set<string>();
  private looks = 0;

  constructor(first: Look, wanted: Search) {
    this.first = first;
    this.wanted = wanted;
  }

  run(): State {
    let state: State = { entries: [], look: this.first };
    while (this.looks < MAX_LOOKS) {
      const open = state.look.faults.filter(
        ({ finding, key }) => this.wanted.isWanted(finding) && !this.givenUp.has(key),
      );
      const next = this.cureAll(state, open);
      if (next === state) break;
      state = next;
    }
    return this.withoutIdle(state);
  }

  /** All at once where that works, else in halves. */
  private cureAll(state: State, faults: readonly Fault[]): State {
    const open = faults.filter(({ key }) => state.look.faults.some((fault) => fault.key === key));
    const [only] = open;
    if (only === undefined || this.looks >= MAX_LOOKS) return state;
    if (open.length === 1) {
      const cured = this.cure(state, only, MAX_DEPTH);
      if (cured === undefined) this.givenUp.add(only.key);
      return cured ?? state;
    }
    let { entries } = state;
    let count = 0;
    for (const fault of open) {
      const [candidate] = this.candidatesFor(fault, state.look);
      const next = candidate && addCandidate(entries, candidate, fault.at, fault.finding, this.wanted.frame);
      if (candidate === undefined) this.givenUp.add(fault.key);
      if (next === undefined) continue;
      entries = next;
      count++;
    }
    if (count === 0) return this.each(state, open);
    const look = this.look(entries);
    const isGood =
      worseThan(look, state.look).length === 0 &&
      open.every((fault) => this.givenUp.has(fault.key) || isCured(fault, look, state.look));
    if (isGood) return { entries, look };
    const half = Math.ceil(open.length / 2);
    return this.cureAll(this.cureAll(state, open.slice(0, half)), open.slice(half));
  }

  private each(state: State, faults: readonly Fault[]): State {
    return faults.reduce((all, fault) => this.cureAll(all, [fault]), state);
  }

  /** The first candidate that cures it, with cures for what that brings. */
  private cure(state: State, fault: Fault, depth: number, isFit = (_: Candidate) => true): State | undefined {
    for (const candidate of this.candidatesFor(fault, state.look).filter(isFit)) {
      if (this.looks >= MAX_LOOKS) return undefined;
      const entries = addCandidate(state.entries, candidate, fault.at, fault.finding, this.wanted.frame);
      if (entries === undefined) continue;
      const look = this.look(entries);
      if (!isCured(fault, look, state.look)) continue;
      const settled = this.settle({ entries, look }, state.look, depth);
      if (settled !== undefined && isCured(fault, settled.look, state.look)) return settled;
    }
    return undefined;
  }

  /** Cures what is worse than before; undefined where something stays worse. */
  private settle(state: State, before: Look, depth: number): State | undefined {
    let now = state;
    // What a cure of one object brings upon others is no reason to let them run at another time.
    const isArgo = this.wanted.circumstances.target === 'argocd';
    const isModest = (candidate: Candidate): boolean =>
      isArgo || candidate.every(({ set }) => set.events === undefined);
    for (let round = 0; round < 6; round++) {
      const worse = worseThan(now.look, before);
      if (worse.length === 0) return now;
      if (depth === 0) return undefined;
      const fresh = now.look.faults.find(({ key }) => worse.some((bad) => bad === key || bad.endsWith(` ${key}`)));
      const next = fresh && this.cure(now, fresh, depth - 1, isModest);
      if (next === undefined) return undefined;
      now = next;
    }
    return undefined;
  }

  private candidatesFor({ finding, at }: Fault, { plans }: Look): readonly Candidate[] {
    const plan = plans[at];
    const { cure } = finding;
    const resource = cure !== undefined && cure.patch === undefined ? cure.of : finding.resource;
    const placement = plan && resource && findIn(plan, resource);
    const target = plan && cure?.patch && findIn(plan, cure.of);
    if (plan === undefined || placement === undefined) return [];
    const release = new Release(plan.placements, this.wanted.circumstances);
    const about = { finding, placement, plan, release, ...(target && { target }) };
    return this.wanted.circumstances.target === 'argocd'
      ? [...argoCuresFor(about), ...curesFor(about)]
      : curesFor(about);
  }

  private look(entries: readonly Entry[]): Look {
    this.looks++;
    return this.wanted.court.look(this.wanted.configOf(entries));
  }

  /** Without what another cure made needless: the entries of one finding at a time. */
  private withoutIdle(state: State): State {
    let now = state;
    const units = new Map<Finding | undefined, Entry[]>();
    for (const entry of state.entries) units.set(entry.cures[0], [...(units.get(entry.cures[0]) ?? []), entry]);
    if (units.size < 2 || units.size > MAX_UNITS) return state;
    for (const unit of units.values()) {
      const entries = now.entries.filter((entry) => !unit.includes(entry));
      const look = this.look(entries);
      if (look.isOrdered && worseThan(look, now.look).length === 0) now = { entries, look };
    }
    return now;
  }
}
