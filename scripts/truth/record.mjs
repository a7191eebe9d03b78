// The record of what was seen: testdata/truth/helm.json. It has all that a comparison needs: the documents of each chart, the operations
// with their flags, and for each group of Helms that behave alike the steps, the world afterwards, and the release.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { SCENARIOS } from './scenarios.mjs';

/** Newest first. */
export const VERSIONS = ['4.3.2', '4.2.4', '4.1.4', '3.22.0'];
export const RECORD = 'testdata/truth/helm.json';
const FILE = fileURLToPath(new URL(`../../${RECORD}`, import.meta.url));

export const readRecord = () => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')).scenarios : []);

/** What is compared: neither how long it took, nor the words of errors. */
const essence = ({ holds, operations }) => ({
  holds,
  operations: operations.map(({ seconds, error, ...rest }) => rest),
});

/** What was recorded of a scenario for a version. */
const recordedOf = (record, name, version) =>
  record.find((each) => each.name === name)?.results.find(({ versions }) => versions.includes(version));

/** One text for each scenario and version that differs. */
export function differences(seen, record) {
  const found = [];
  for (const [key, result] of seen) {
    const [name, version] = key.split(' ');
    const recorded = recordedOf(record, name, version);
    const { versions, ...wanted } = recorded ?? {};
    if (recorded === undefined) found.push(`${key}: not recorded`);
    else if (!isDeepStrictEqual(essence(result), essence(wanted)))
      found.push(`${key} differs:\n${detail(wanted, result)}`);
  }
  return found;
}

function detail(wanted, result) {
  const lines = [];
  for (const [at, operation] of result.operations.entries()) {
    const recorded = wanted.operations[at] ?? {};
    for (const key of ['exit', 'steps', 'runs', 'world', 'release'])
      if (!isDeepStrictEqual(operation[key], recorded[key]))
        lines.push(
          `  ${operation.do}: ${key}`,
          `    recorded ${JSON.stringify(recorded[key])}`,
          `    seen     ${JSON.stringify(operation[key])}${operation.error ? ` (${operation.error})` : ''}`,
        );
  }
  if (wanted.holds !== result.holds) lines.push(`  the fact ${result.holds ? 'holds now' : 'does not hold any more'}`);
  return lines.join('\n');
}

/** Writes what was seen, and keeps what was recorded of scenarios and versions that were not run. */
export function writeRecord(seen) {
  const record = readRecord();
  const scenarios = SCENARIOS.map((scenario) => ({
    ...described(scenario),
    results: grouped(
      VERSIONS.flatMap((version) => {
        const result = seen.get(`${scenario.name} ${version}`) ?? recordedOf(record, scenario.name, version);
        return result === undefined ? [] : [{ version, result: stored(result) }];
      }),
    ),
  }));
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, text({ versions: VERSIONS, scenarios }));
}

function described({ name, fact, policy, source, findings, charts, run, watch }) {
  const plainRun = run.map(({ flags, ...each }) => ({ ...each, ...(flags?.length > 0 && { flags }) }));
  return {
    name,
    fact,
    ...(policy && { policy }),
    source,
    ...(findings && { findings }),
    charts,
    run: plainRun,
    ...(watch && { watch }),
  };
}

const stored = ({ holds, operations }) => ({ holds, operations: operations.map(({ seconds, ...rest }) => rest) });

/** Versions that did the same stand together. */
function grouped(results) {
  const groups = [];
  for (const { version, result } of results) {
    const same = groups.find((group) => isDeepStrictEqual(essence(group), essence(result)));
    if (same) same.versions.push(version);
    else groups.push({ versions: [version], ...result });
  }
  return groups;
}

/** JSON with one line for each document and each operation, so that a diff can be read. */
function text(record) {
  const lines = (list, depth) => list.map((each) => `${' '.repeat(depth)}${JSON.stringify(each)}`).join(',\n');
  const scenarios = record.scenarios.map(({ charts, run, results, ...head }) => {
    const chartTexts = Object.entries(charts).map(([name, chart]) => {
      const { documents, crds } = Array.isArray(chart) ? { documents: chart } : chart;
      return `    ${JSON.stringify(name)}: {"documents": [\n${lines(documents, 6)}\n    ]${crds ? `, "crds": ${JSON.stringify(crds)}` : ''}}`;
    });
    const groups = results.map(
      ({ versions, holds, operations }) =>
        `    {"versions": ${JSON.stringify(versions)}, "holds": ${holds}, "operations": [\n${lines(operations, 6)}\n    ]}`,
    );
    const headText = Object.entries(head).map(([key, value]) => `   ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    return `  {\n${headText.join(',\n')},\n   "charts": {\n${chartTexts.join(',\n')}\n   },\n   "run": [\n${lines(run, 6)}\n   ],\n   "results": [\n${groups.join(',\n')}\n   ]\n  }`;
  });
  return `{\n "versions": ${JSON.stringify(record.versions)},\n "scenarios": [\n${scenarios.join(',\n')}\n ]\n}\n`;
}
