/** Small releases and what engines do with them, a line for each step. */
import type { Run, Step } from '../../src/engines/run.ts';
import { placementsOf } from '../support/release.ts';

export const stream = (...documents: readonly string[]) => placementsOf(documents.join('---\n'));
export type Release = ReturnType<typeof stream>;

export const plain = (kind: string, name: string, more = ''): string => `apiVersion: v1
kind: ${kind}
metadata: { name: ${name}${more} }
`;

/** `annotations` in flow style, without braces. */
export const job = (name: string, annotations: string, spec = ''): string => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { ${annotations} } }
spec: { ${spec}template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x }] } } }
`;

function line({ phase, wave, do: deed, subject, because, outcome, awaited }: Step): string {
  const words = [
    wave === undefined ? phase : `${phase} ${wave}`,
    deed,
    `${subject.id.kind}/${subject.id.name}`,
    `(${because})`,
  ];
  if (outcome !== 'done') words.push(outcome);
  if (deed === 'delete' && awaited) words.push('awaited');
  return words.join(' ');
}

export const lines = (run: Run): readonly string[] => run.steps.map(line);

/** What exists at the end. */
export const left = ({ end }: Run): readonly string[] =>
  [...end.world.values()].map(({ subject: { id }, run, dying }) =>
    [`${id.kind}/${id.name}`, ...(run ? [run] : []), ...(dying ? ['dying'] : [])].join(' '),
  );

export const status = ({ end }: Run): readonly string[] =>
  end.history.map((entry) => `${entry.revision.number} ${entry.status}`);
