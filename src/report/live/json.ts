/** `why -o json`: the same for programs. Times are unix seconds. */
import { type Cause, logKey } from '../../live/cause.ts';
import { maskCause } from '../../live/mask.ts';
import type { Observations } from '../../live/observations.ts';
import type { Diagnosis } from '../../live/scene.ts';
import type { Drawing } from './cause.ts';

export function whyToJson(diagnosis: Diagnosis, drawing: Drawing): unknown {
  const { stored, operation, lines, line, causes, at, unseen, next } = diagnosis;
  return {
    apiVersion: 'hookorder.io/v1',
    kind: 'Why',
    release: { name: stored.name, namespace: stored.namespace, revision: stored.revision, status: stored.status },
    operation,
    at,
    began: stored.began ?? null,
    steps: lines.map(({ phase, subject, state, started, ended }) => ({
      phase,
      ...(subject === undefined
        ? { resources: true }
        : {
            apiVersion: subject.id.apiVersion,
            kind: subject.id.kind,
            namespace: subject.id.namespace ?? null,
            name: subject.id.name,
          }),
      state,
      started: started ?? null,
      ended: ended ?? null,
    })),
    heldUpBy: line === undefined ? null : lines.indexOf(line),
    causes: causes.map((cause) => causeToJson(cause, drawing)),
    unseen,
    // biome-ignore lint/suspicious/noThenProperty: the key that `rehearse -o json` has too; its value is no function
    next: next === undefined ? null : { then: next.then, next: next.next, wayOut: next.wayOut },
  };
}

/** Of a state alone. */
export const causesToJson = (causes: readonly Cause[], { at }: Observations, drawing: Drawing): unknown => ({
  apiVersion: 'hookorder.io/v1',
  kind: 'Why',
  at,
  causes: causes.map((cause) => causeToJson(cause, drawing)),
});

function causeToJson(cause: Cause, { mask, logs }: Drawing): unknown {
  const {
    code,
    about,
    of: whole,
    text,
    said,
    fix,
    since,
    log,
    missing,
    state,
    because,
    finding,
  } = maskCause(cause, mask);
  return {
    code,
    about,
    of: whole ?? null,
    message: text,
    cluster: said ?? null,
    hint: fix ?? null,
    since: since ?? null,
    state,
    missing: missing ?? null,
    findings: [...new Set([because?.code, finding?.code].flatMap((each) => each ?? []))],
    log: log === undefined ? null : { ...log, lines: (logs.get(logKey(log)) ?? []).map(mask) },
  };
}
