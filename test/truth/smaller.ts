/** The smallest scenario that still shows a difference, as far as it is found in a given time. */
import { concurrently } from './bench.ts';
import type { Generated } from './generate.ts';
import type { Deed } from './record.ts';

/** `differs` gives the index of the first operation that differs, undefined when none does. */
export async function smallest(
  scenario: Generated,
  differs: (scenario: Generated) => Promise<number | undefined>,
  { width, seconds }: { readonly width: number; readonly seconds: number },
): Promise<Generated> {
  const end = Date.now() + seconds * 1000;
  let found = scenario;
  for (let tries = [...smaller(found)]; tries.length > 0 && Date.now() < end; ) {
    const batch = tries.splice(0, width);
    const answers = await concurrently(batch, width, differs);
    const at = answers.findIndex((answer) => answer !== undefined);
    const better = batch[at];
    if (better === undefined) continue;
    found = { ...better, run: better.run.slice(0, (answers[at] ?? 0) + 1) };
    tries = [...smaller(found)];
  }
  return found;
}

/** The scenario without one of its objects, operations, or flags. */
function* smaller(scenario: Generated): Iterable<Generated> {
  const { charts, run } = scenario;
  const titles = new Set(Object.values(charts).flatMap(({ documents }) => documents.map(titleOf)));
  for (const title of titles)
    yield {
      ...scenario,
      charts: Object.fromEntries(
        Object.entries(charts).map(([name, { documents }]) => [
          name,
          { documents: documents.filter((each) => titleOf(each) !== title) },
        ]),
      ),
    };
  for (const at of run.keys()) if (run.length > 1) yield { ...scenario, run: run.filter((_, index) => index !== at) };
  for (const [at, { flags = [] }] of run.entries())
    for (const flag of flags) yield { ...scenario, run: run.with(at, without(run[at] as Deed, flag)) };
}

const without = (deed: Deed, flag: string): Deed => ({
  ...deed,
  flags: (deed.flags ?? []).filter((each) => each !== flag),
});

const titleOf = ({ kind, metadata }: { kind: string; metadata: { name: string } }): string =>
  `${kind}/${metadata.name}`;
