/** Questions to a state of the cluster: which object is meant, whose pods are whose, what events tell of it. */
import { getOrMake } from '../model/maps.ts';
import { type Happening, type Observations, type Seen, textAt } from './observations.ts';

export class Cluster {
  readonly state: Observations;
  /** The namespace of what names none. */
  readonly #home: string;
  readonly #events = new Map<string, Happening[]>();
  readonly #children = new Map<string, Seen[]>();

  constructor(state: Observations, home: string) {
    this.state = state;
    this.#home = home;
    for (const event of state.events)
      getOrMake(this.#events, keyOf(event.kind, event.name, event.namespace), () => []).push(event);
    for (const seen of state.objects)
      for (const owner of seen.owners) getOrMake(this.#children, owner, () => []).push(seen);
  }

  get at(): number {
    return this.state.at;
  }

  /** Undefined: it is not there, or was not looked for. */
  find(kind: string, name: string, namespace: string | undefined): Seen | undefined {
    const wanted = namespace ?? this.#home;
    return this.state.objects.find(
      (seen) =>
        seen.kind === kind &&
        seen.name === name &&
        (wanted === '' || seen.namespace === wanted || seen.namespace === ''),
    );
  }

  ofKind(kind: string): readonly Seen[] {
    return this.state.objects.filter((seen) => seen.kind === kind);
  }

  /** Oldest first. Those of an earlier object of the same name are left out where the events tell. */
  eventsOf(seen: Seen): readonly Happening[] {
    const all = this.#events.get(keyOf(seen.kind, seen.name, seen.namespace)) ?? [];
    return all.filter(({ uid }) => uid === '' || seen.uid === '' || uid === seen.uid);
  }

  /** The same of an object that is not there any more. */
  eventsAbout(kind: string, name: string, namespace: string | undefined): readonly Happening[] {
    return this.#events.get(keyOf(kind, name, namespace ?? this.#home)) ?? [];
  }

  /** Newest last, by owner, of any depth. */
  podsOf(owner: Seen): readonly Seen[] {
    const found: Seen[] = [];
    const walk = (seen: Seen): void => {
      for (const child of this.#children.get(seen.uid) ?? [])
        if (child.kind === 'Pod') found.push(child);
        else walk(child);
    };
    walk(owner);
    return found.sort(byAge);
  }

  /** Pods of a Job that may itself be gone. */
  podsOfJob(name: string, namespace: string | undefined): readonly Seen[] {
    const wanted = namespace ?? this.#home;
    return this.ofKind('Pod')
      .filter((pod) => wanted === '' || pod.namespace === wanted)
      .filter(
        ({ value }) =>
          (textAt(value, 'metadata', 'labels', 'batch.kubernetes.io/job-name') ||
            textAt(value, 'metadata', 'labels', 'job-name')) === name,
      )
      .sort(byAge);
  }
}

const byAge = (a: Seen, b: Seen): number => (a.created ?? 0) - (b.created ?? 0);

const keyOf = (kind: string, name: string, namespace: string): string => `${kind}/${namespace}/${name}`;
