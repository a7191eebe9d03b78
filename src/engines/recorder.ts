/** Writes a run down: each step as it is taken, and the world that it leaves. The one place where a fault comes in. */
import { applyStep, type Fault, type Outcome, type Step } from './run.ts';
import type { Presence, Subject, World } from './world.ts';

export type Taken = Omit<Step, 'outcome'> & { readonly outcome?: Outcome };

export class Recorder {
  readonly steps: Step[] = [];
  readonly world: Map<string, Presence>;
  readonly #fault: { readonly step: number; readonly how: Fault } | undefined;

  constructor(world: World, fault: { readonly step: number; readonly how: Fault } | undefined) {
    this.world = new Map(world);
    this.#fault = fault;
  }

  /** False when the step ends badly. */
  take(taken: Taken): boolean {
    const outcome = this.#fault?.step === this.steps.length ? this.#fault.how : (taken.outcome ?? 'done');
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
}
