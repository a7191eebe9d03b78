// What was seen, for people.

/** A line for each scenario: whether its fact holds, for each Helm. */
export function table(scenarios, versions, seen) {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const rows = scenarios.map(({ name }) =>
    [name.padEnd(width), ...versions.map((version) => mark(seen.get(`${name} ${version}`)).padEnd(7))]
      .join(' ')
      .trimEnd(),
  );
  return [[''.padEnd(width), ...versions.map((version) => version.padEnd(7))].join(' ').trimEnd(), ...rows].join('\n');
}

const mark = (result) => (result === undefined ? '' : result.holds ? 'yes' : 'no');

/** Step by step; what several Helms did alike is printed once. */
export function trace(scenarios, versions, seen) {
  const blocks = [];
  for (const { name, fact } of scenarios) {
    blocks.push(`\n${name}: ${fact}`);
    const groups = new Map();
    for (const version of versions) {
      const result = seen.get(`${name} ${version}`);
      const shown = result?.operations.map(operationText).join('\n');
      groups.set(shown, [...(groups.get(shown) ?? []), `${version}${result?.holds ? '' : ' (does not hold)'}`]);
    }
    for (const [shown, alike] of groups) blocks.push(` ${alike.join(', ')}\n${shown}`);
  }
  return blocks.join('\n');
}

function operationText({ do: title, exit, error, steps, runs, world, release }) {
  return [
    `  ${title}: exit ${exit}${error ? `, ${error}` : ''}`,
    ...steps.map((step) => `    ${step}`),
    `    ran ${JSON.stringify(runs)}; release ${release.join(', ') || 'gone'}`,
    `    world ${JSON.stringify(world)}`,
  ].join('\n');
}
