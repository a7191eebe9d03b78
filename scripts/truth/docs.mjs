// docs/helm-facts.md from the record: the template (helm-facts.md beside this file) has what no cluster is needed for, and a line
// `<!-- truth: PREFIX -->` for each list of facts, `<!-- matrix -->` for the table of failures.

/** The page. Every scenario must have its place in the template. */
export function factsPage(template, { versions, scenarios }) {
  const placed = new Set();
  const page = template
    .replaceAll(/<!-- truth: (.*) -->\n/g, (_, prefixes) => {
      const chosen = scenarios.filter(({ name }) => prefixes.split(' ').some((prefix) => name.startsWith(prefix)));
      for (const { name } of chosen) placed.add(name);
      return chosen.map((scenario) => factText(scenario, versions)).join('\n');
    })
    .replace('<!-- matrix -->\n', () => {
      const chosen = scenarios.filter(({ name }) => name.startsWith('failure/'));
      for (const { name } of chosen) placed.add(name);
      return matrix(chosen, versions);
    });
  const lost = scenarios.filter(({ name }) => !placed.has(name));
  if (lost.length > 0) throw new Error(`no place in the template for ${lost.map(({ name }) => name).join(', ')}`);
  return page;
}

function factText({ name, fact, source, findings, results }, versions) {
  const yes = versions.filter((version) => results.find((each) => each.versions.includes(version))?.holds);
  const notes = [
    yes.length === versions.length ? 'Every Helm.' : `Helm ${yes.join(', ') || 'none'} only.`,
    `See it: \`npm run truth -- --show ${name}\`.`,
    `In the source: ${source}.`,
    ...(findings ? [`Findings: ${findings.map((code) => `\`${code}\``).join(', ')}.`] : []),
  ];
  return `${wrapped(`**${fact}** ${notes.join(' ')}`)}\n\n\`\`\`text\n${groups(results, versions)}\n\`\`\`\n`;
}

/** Lines of at most 120 characters; code is not broken. */
function wrapped(text) {
  const lines = [''];
  for (const word of text.match(/[^\s`]*`[^`]*`[^\s`]*|\S+/g)) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length <= 120) lines.splice(-1, 1, line);
    else lines.push(word);
  }
  return lines.join('\n');
}

/** The steps of each group of Helms that behave alike, as far as hooks and ends go. */
function groups(results, versions) {
  const shown = new Map();
  for (const { versions: alike, operations } of results) {
    const text = operations.map(operationText).join('\n');
    const key = operations.map(essenceText).join('\n');
    const group = shown.get(key) ?? { text, alike: [] };
    shown.set(key, { text: group.text, alike: [...group.alike, ...alike] });
  }
  return [...shown.values()]
    .map(({ text, alike }) =>
      alike.length === versions.length ? text : `Helm ${alike.join(', ')}\n${text.replaceAll(/^/gm, '  ')}`,
    )
    .join('\n');
}

/** Helm 3 patches what changed where Helm 4 applies everything: that alone makes no group of its own. */
const essenceText = ({ steps, exit, release }) =>
  [steps.filter((step) => !/^(apply|patch) [^:]*$|: not there$/.test(step)).join(), exit, release.join()].join(' ');

function operationText({ do: title, exit, error, steps, release }) {
  const done = steps.filter((step) => !step.endsWith(': not there'));
  const end = exit === 0 ? '' : ` → ${exit === 1 ? `fails: ${shortened(error)}` : exit}`;
  return `${title}: ${done.join(', ') || 'nothing'}${end} [${release.join(', ') || 'no release'}]`;
}

const shortened = (error) => (error.length > 160 ? `${error.slice(0, 160)}…` : error);

const HOWS = ['fails', 'times-out', 'refused', 'killed'];

/** For each policy and kind of failure: what is deleted, what is left, and whether a retry passes. */
function matrix(scenarios, versions) {
  const policies = [...new Set(scenarios.map(({ policy }) => policy))];
  const cell = (policy, how) => {
    const { results } = scenarios.find((each) => each.policy === policy && each.name.startsWith(`failure/${how}/`));
    const texts = new Map();
    for (const { versions: alike, operations } of results) {
      const text = outcome(operations);
      texts.set(text, [...(texts.get(text) ?? []), ...alike]);
    }
    return [...texts]
      .map(([text, alike]) => (alike.length === versions.length ? text : `${alike.join(', ')}: ${text}`))
      .join('<br>');
  };
  const rows = policies.map(
    (policy) => `| ${[`\`${policy}\``, ...HOWS.map((how) => cell(policy, how))].join(' | ')} |`,
  );
  const head = `| policy | ${HOWS.map((how) => how.replace('-', ' ')).join(' | ')} |\n|${' --- |'.repeat(HOWS.length + 1)}`;
  return `${head}\n${rows.join('\n')}\n`;
}

function outcome([first, second]) {
  const names = (objects) => objects.map((object) => object.replace('Job/', '')).join(', ') || 'nothing';
  const deleted = first.steps.filter((step) => /^delete [^:]*$/.test(step)).map((step) => step.replace('delete ', ''));
  const left = Object.entries(first.world).map(([object, { state }]) =>
    state === 'running' ? `${object} (running)` : object,
  );
  const again = second.exit === 0 ? `retry runs ${names(Object.keys(second.runs))}` : 'retry fails';
  return `deletes ${names(deleted)}; left: ${names(left)}; ${again}`;
}
