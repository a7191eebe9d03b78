/** Writes a run down: each step as it is taken, and the world that it leaves. The one place where a fault comes in. */
import { applyStep, type Faults, type Outcome, type Step, type Stop } from './run.ts';
import type { Presence, Subject, World } from './world.ts';

export type Stopped = Extract<Stop, { because: 'step' }>;

export type Taken = Omit<Step, 'outcome'> & { readonly outcome?: Outcome };

export class Recorder {
  readonly steps: Step[] = [];
  readonly world: Map<string, Presence>;
  readonly #faults: Faults | undefined;

  constructor(world: World, faults: Faults | undefined) {
    this.world = new Map(world);
    this.#faults = faults;
  }

  /** False when the step ends badly. */
  take(taken: Taken): boolean {
    const outcome = this.#faults?.(taken, this.steps.length, this.world) ?? taken.outcome ?? 'done';
    const step = { ...taken, outcome };
    this.steps.push(step);
    applyStep(this.world, step);
    return outcome === 'done';
  }

  presenceOf({ key }: Subject): Presence | undefined {
    return this.world.get(key);
  }

  /** The last step, which is the one that ended badly when `take` said so. */
  get last(): number {
    return this.steps.length - 1;
  }

  /** A step that ended badly, as the reason why an operation stops. */
  stopAt(step: number): Stopped {
    const outcome = this.steps[step]?.outcome ?? 'failed';
    return { because: 'step', step, outcome: outcome === 'done' ? 'failed' : outcome };
  }
}
