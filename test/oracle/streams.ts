/** Streams in which Helm's readers and others may differ: merges, keys in other cases, doubled keys, odd line breaks, words of YAML 1.1. */

/** A small generator of random numbers (mulberry32), so that a seed says everything. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const WORDS = [
  ...[
    'a',
    'x1',
    'some text',
    '"quoted"',
    "'single'",
    '"yes"',
    'yes',
    'on',
    'y',
    'No',
    'OFF',
    'yEs',
    'true',
    'null',
    '~',
    '',
  ],
  ...[
    '5',
    '-1',
    '010',
    '08',
    '1_0',
    '0o7',
    '0b11',
    '0x1F',
    '1e3',
    '.5',
    '+.5',
    '-0',
    '+1',
    '1:30',
    '2026-11-29',
    '=',
    '12345678901234567890',
  ],
  ...[
    '!!str 5',
    '!!int "7"',
    '!x y',
    '"a\\nb"',
    '"\\u0041\\x42"',
    'a#b',
    'a: b'.replace(': ', ':'),
    '- x'.replace('- ', '-'),
  ],
];
const HOOKS = [
  'test',
  'pre-install',
  'pre-install,post-upgrade',
  'bogus',
  '""',
  '',
  'yes',
  '"test"',
  'Pre-Install',
  '&h test',
];
const WEIGHTS = ['"5"', '5', '"-3"', '010', '"x"', '1_0', ''];
const POLICIES = ['hook-succeeded', 'keep', 'before-hook-creation,hook-failed', ''];
const CASES = ['Annotations', 'ANNOTATIONS', 'annotation\u017f', 'Name', 'NAME', 'nAme'];
const ROOT_CASES = [
  'Kind',
  'KIND',
  '\u212aind',
  'Metadata',
  'metaData',
  'METADATA',
  'ApiVersion',
  'apiversion',
  'apiVer\u017fion',
];
const BREAKS = ['\r', '\u0085', '\u2028', '\u2029', '\ufeff', '\u00a0', '\r\n', '…', '\t'];
const FILENAME = 'postrenderer.helm.sh/postrender-filename';

type Pair = readonly [key: string, value: string | readonly Pair[]];

/** `samples`: documents as charts have them; one stream in four is such a one, changed. */
export function makeStream(random: Random, samples: readonly string[] = []): string {
  if (samples.length > 0 && random.once(4)) {
    let sample = random.pick(samples);
    for (let count = 1 + random.below(5); count > 0; count--) sample = mutate(random, sample);
    return sample;
  }
  const separators = ['---\n', '--- # c\n', '---\n# Source: not/this.yaml\n', '---\n\n', '\n---\n', '---\r\n'];
  let text = random.once(6) ? '---\n' : random.once(40) ? '\ufeff' : '';
  for (let count = random.once(3) ? 1 + random.below(3) : 1; count > 0; count--) {
    text += makeDocument(random);
    if (count > 1) text += random.pick(separators);
  }
  return text;
}

function makeDocument(random: Random): string {
  let text = random.once(12) ? flow(random, root(random)) : block(random, root(random), '');
  if (!text.endsWith('\n') && !random.once(20)) text += '\n';
  if (random.once(12))
    text = `${random.pick(['# c', '# Source: x/templates/y.yaml', '', '# \ufeff', '%YAML 1.1', '# é'])}\n${text}`;
  if (random.once(25)) text = text.replaceAll('\n', '\r\n');
  for (let count = random.once(3) ? 1 + random.below(3) : 0; count > 0; count--) text = mutate(random, text);
  return text;
}

function root(random: Random): Pair[] {
  const pairs: Pair[] = [
    ['apiVersion', random.pick(['v1', 'batch/v1', '"v1"', 'v1 # c'])],
    ['kind', random.pick(['Job', 'Job', 'Job', 'ConfigMap', '"Job"', 'Pod'])],
  ];
  const hasAnchor = random.once(3);
  if (hasAnchor)
    pairs.unshift([
      'x',
      random.pick([
        '&l {helm.sh/hook: bogus, note: "n"}',
        '&l {a: b}',
        '&l {name: merged, annotations: {helm.sh/hook: test}}',
      ]),
    ]);
  const alias = hasAnchor ? ['*l', '*l', '[*l, {a: c}]'] : ['{a: b}'];
  pairs.push(['metadata', metadata(random, alias)]);
  if (random.once(25)) pairs.push(['metadata', random.pick(['', '{}', '{name: second}', '~'])]);
  if (random.once(30))
    pairs.push([
      random.pick(ROOT_CASES),
      random.pick(['Pod', '{name: folded}', '{annotations: {helm.sh/hook: test}}', '']),
    ]);
  if (random.once(40))
    pairs.push([
      '<<',
      random.pick([...alias, '{kind: Pod}', '{metadata: {name: r, annotations: {helm.sh/hook: test}}}']),
    ]);
  if (random.once(40)) pairs.push(['kind', 'Job']);
  const spec: Pair[] = [
    ['backoffLimit', random.pick(['1', '6', '010', '"3"'])],
    ['template', [['spec', '{restartPolicy: Never}']]],
  ];
  if (random.once(4))
    spec.splice(random.below(3), 0, [
      '<<',
      random.pick(['{backoffLimit: 6}', '{backoffLimit: 2, parallelism: 1}', ...alias]),
    ]);
  if (!random.once(5)) pairs.push(['spec', spec]);
  if (random.once(3))
    pairs.push([
      'data',
      [
        ['k', random.pick(WORDS)],
        ['t', '|\n    one\n    two'],
      ],
    ]);
  return random.once(8) ? shuffle(random, pairs) : pairs;
}

function metadata(random: Random, alias: readonly string[]): readonly Pair[] | string {
  if (random.once(60)) return random.pick(alias);
  const pairs: Pair[] = [['name', random.pick(['m', 'm', 'shop-migrate', '"m"', 'y', '5'])]];
  if (random.once(3)) pairs.push(['labels', random.once(4) ? random.pick(alias) : [['a', random.pick(WORDS)]]]);
  if (random.once(6)) pairs.push(['namespace', random.pick(['ns', 'n', '"n"'])]);
  if (!random.once(4))
    pairs.push(['annotations', random.once(15) ? random.pick([...alias, '', '{}', '~']) : annotations(random, alias)]);
  if (random.once(25)) pairs.push(['annotations', random.pick(['', '{}', '{helm.sh/hook: test}'])]);
  if (random.once(25)) pairs.push([random.pick(CASES), random.pick(['folded', '{helm.sh/hook: test}', ''])]);
  if (random.once(6))
    pairs.splice(random.below(pairs.length + 1), 0, [
      '<<',
      random.pick([...alias, '{name: merged}', '{annotations: {helm.sh/hook: test, q: r}}', '{labels: {m: n}}']),
    ]);
  if (random.once(30)) pairs.push(['name', 'twice']);
  return random.once(8) ? shuffle(random, pairs) : pairs;
}

function annotations(random: Random, alias: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  if (random.once(2))
    pairs.push([
      random.pick(['helm.sh/hook', 'helm.sh/hook', '"helm.sh/hook"', "'helm.sh/hook'", '"helm.sh\\u002fhook"']),
      random.pick(HOOKS),
    ]);
  if (random.once(3)) pairs.push(['helm.sh/hook-weight', random.pick(WEIGHTS)]);
  if (random.once(3)) pairs.push(['helm.sh/hook-delete-policy', random.pick(POLICIES)]);
  if (random.once(3)) pairs.push(['note', random.pick(WORDS)]);
  if (random.once(12)) pairs.push(['helm.sh/hook', random.pick(HOOKS)]);
  const merges = [
    '{helm.sh/hook: bogus}',
    '{helm.sh/hook: test, helm.sh/hook-weight: "7"}',
    '[{helm.sh/hook: a}, {helm.sh/hook: b, z: "1"}]',
    '{}',
    '[]',
    ...alias,
  ];
  for (let count = random.once(3) ? 1 + random.below(2) : 0; count > 0; count--)
    pairs.splice(random.below(pairs.length + 1), 0, [
      random.pick(['<<', '<<', '<<', '"<<"', '!!merge <<']),
      random.pick(merges),
    ]);
  if (random.once(2)) pairs.push([FILENAME, "'shop/templates/x.yaml'"]);
  if (random.once(30)) pairs.splice(random.below(pairs.length + 1), 0, [FILENAME, 'other/templates/y.yaml']);
  return pairs;
}

function block(random: Random, pairs: readonly Pair[], indent: string): string {
  return pairs
    .map(([key, value]) => {
      const comment = random.once(20) ? `${indent}# c\n` : random.once(40) ? '\n' : '';
      if (typeof value === 'string')
        return `${comment}${indent}${key}:${value === '' ? '' : ` ${value}`}${random.once(25) ? ' # c' : ''}\n`;
      if (value.length === 0) return `${comment}${indent}${key}: {}\n`;
      if (random.once(5)) return `${comment}${indent}${key}: ${flow(random, value)}\n`;
      return `${comment}${indent}${key}:\n${block(random, value, `${indent}${random.once(20) ? '    ' : '  '}`)}`;
    })
    .join('');
}

const flow = (random: Random, pairs: readonly Pair[]): string =>
  `{${pairs.map(([key, value]) => `${key}: ${typeof value === 'string' ? inFlow(value) : flow(random, value)}`).join(random.once(9) ? ',\n    ' : ', ')}}`;

/** A block scalar and a comment have no place there, and kyaml prints what is empty as empty text. */
const inFlow = (value: string): string => (value.startsWith('|') ? '"one\\ntwo\\n"' : value.replace(/ #.*/, '') || '~');

function shuffle<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

function mutate(random: Random, text: string): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const offset = random.below(text.length + 1);
  switch (random.below(9)) {
    case 0:
      return lines.filter((_, index) => index !== at).join('\n');
    case 1:
      return lines.flatMap((each, index) => (index === at ? [each, each] : [each])).join('\n');
    case 2:
      return lines.map((each, index) => (index === at ? ` ${each}` : each)).join('\n');
    case 3:
      return lines.map((each, index) => (index === at ? each.replace(/^ /, '') : each)).join('\n');
    case 4:
      return lines
        .map((each, index) =>
          index === at ? `${each} # ${random.pick(BREAKS)}${lines[random.below(lines.length)] ?? ''}` : each,
        )
        .join('\n');
    case 5:
      return text.slice(0, offset) + random.pick(BREAKS) + text.slice(offset);
    case 6:
      return text.slice(0, offset) + random.pick([...':{}[],&*!|>\'"%@`#-? \n~=<']) + text.slice(offset);
    case 7:
      return text.slice(0, offset) + text.slice(offset + 1);
    default:
      return lines.map((each, index) => (index === at && line !== '' ? random.pick(lines) : each)).join('\n');
  }
}
