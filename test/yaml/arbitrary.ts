/** Random YAML: values, and texts that say them in the styles that people use. */
import fc from 'fast-check';
import { isObject, type Json, type JsonObject, type Operation, pointer } from '../../src/model/json.ts';

const words = fc.constantFrom(
  'a',
  'b',
  'name',
  'app',
  'on',
  'null',
  '8080',
  'helm.sh/hook',
  'x y',
  "it's",
  'ünï',
  '',
  'é"',
  '-',
  '#',
  'a: b',
);
const strings = fc.oneof(
  words,
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc
    .array(fc.constantFrom('one', 'kubectl wait job/x', '  deep', '', '# no', '--- x', "it's"), {
      minLength: 1,
      maxLength: 4,
    })
    .map((lines) => lines.join('\n')),
  fc.constantFrom(
    'true',
    '1e3',
    '0x1f',
    '~',
    '.inf',
    '-1',
    'yes',
    'tail\n',
    'tail\n\n',
    ' lead',
    'trail ',
    '\ttab',
    'no: colon',
    'a #b',
    '[x',
    '{x',
    '*x',
    '&x',
    '!x',
    '%x',
    '@x',
    '`x',
    '|',
    '>',
    '? x',
    ': x',
    '- x',
  ),
);
const scalars = fc.oneof(
  { weight: 3, arbitrary: strings },
  fc.integer({ min: -1000, max: 100000 }),
  // JSON has no -0 and no infinity.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
);

export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(words, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

export const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.oneof(words, fc.constantFrom('kind', 'metadata', 'spec', '__proto__')),
  json,
  { minKeys: 1, maxKeys: 5, noNullPrototype: true },
);

/** A source of choices that fast-check can shrink. */
export type Choose = (options: number) => number;

export const choices: fc.Arbitrary<Choose> = fc
  .array(fc.nat({ max: 5039 }), { minLength: 40, maxLength: 40 })
  .map((numbers) => {
    let at = 0;
    return (options) => (numbers[at++ % numbers.length] ?? 0) % options;
  });

/** A value and a text that says it. */
export const written: fc.Arbitrary<{ readonly value: JsonObject; readonly text: string }> = fc
  .tuple(jsonObject, choices)
  .map(([value, choose]) => ({ value, text: writeYaml(value, choose) }));

/** A text that says the value, in styles that are chosen node by node. */
export function writeYaml(value: JsonObject, choose: Choose): string {
  const lineBreak = choose(4) === 0 ? '\r\n' : '\n';
  const writer = new Writer(choose);
  const style = choose(8);
  const body =
    style === 0 ? JSON.stringify(value, null, choose(3)) : style === 1 ? writer.flow(value) : writer.block(value, '');
  const source = choose(3) === 0 ? '# Source: c/templates/x.yaml\n' : '';
  const end = ['\n', '\n', '', '\n# end\n', '\n\n# end', '\n...\n'][choose(6)] ?? '';
  const text = source + body + end;
  return text.replaceAll('\n', lineBreak);
}

class Writer {
  readonly choose: Choose;
  /** Anchors so far, and whether a mapping stands there. */
  names = 0;
  readonly anchors: { readonly name: string; readonly isMap: boolean }[] = [];
  constructor(choose: Choose) {
    this.choose = choose;
  }

  comment(): string {
    return this.choose(6) === 0 ? ' # note' : '';
  }

  ownLine(indent: string): string {
    const choice = this.choose(12);
    return choice === 0 ? `${indent}# line\n` : choice === 1 ? '\n' : choice === 2 ? '# far left\n' : '';
  }

  /** Without a final newline. */
  block(value: Json, indent: string): string {
    const inner = indent + ' '.repeat(1 + this.choose(4));
    if (Array.isArray(value)) {
      return value
        .map((item, index) => {
          const compact = isCollection(item) && this.choose(2) === 0;
          const text = compact ? ` ${this.block(item, `${indent}  `).trimStart()}` : this.value(item, inner, false);
          return `${index === 0 ? '' : this.ownLine(indent)}${indent}-${text}`;
        })
        .join('\n');
    }
    const source = this.choose(6) === 0 ? this.anchors.findLast((anchor) => anchor.isMap) : undefined;
    const merge = source ? `${indent}<<: *${source.name}\n` : '';
    const entries = Object.entries(value as JsonObject)
      .map(([key, child], index) => {
        const isIndentless = Array.isArray(child) && child.length > 0 && this.choose(2) === 0;
        const text = isIndentless ? `${this.comment()}\n${this.block(child, indent)}` : this.value(child, inner, true);
        const written = this.key(key);
        const start = this.choose(20) === 0 ? `? ${written}\n${indent}:` : `${written}:`;
        return `${index === 0 ? '' : this.ownLine(indent)}${indent}${start}${text}`;
      })
      .join('\n');
    return merge + entries;
  }

  /** What follows a `:` or `-`. Now and then it is not the value but an alias of an earlier one. */
  value(value: Json, indent: string, isKey: boolean): string {
    const alias = this.choose(20) === 0 ? this.anchors[this.choose(this.anchors.length || 1)] : undefined;
    if (alias) return ` *${alias.name}${this.comment()}`;
    if (this.choose(12) !== 0) return this.bare(value, indent, isKey);
    const name = `n${this.names++}`;
    const text = ` &${name}${this.bare(value, indent, isKey)}`;
    this.anchors.push({ name, isMap: isObject(value) });
    return text;
  }

  bare(value: Json, indent: string, isKey: boolean): string {
    if (isCollection(value) && this.choose(4) !== 0)
      return `${this.comment()}\n${isKey ? this.ownLine(indent) : ''}${this.block(value, indent)}`;
    if (typeof value === 'object' && value !== null) return ` ${this.flow(value)}${this.comment()}`;
    if (value === null && this.choose(2) === 0) return this.comment();
    if (typeof value === 'string' && this.choose(2) === 0) {
      const block = this.literal(value, indent);
      if (block !== undefined) return ` ${block}`;
    }
    return ` ${this.scalar(value, false)}${this.comment()}`;
  }

  literal(value: string, indent: string): string | undefined {
    const body = value.replace(/\n+$/, '');
    const tail = value.length - body.length;
    if (!/^[!-~]/.test(body) || !/^[\n -~ü-ÿ]*$/.test(body) || /[ ]$/m.test(body)) return undefined;
    const isFolded = this.choose(3) === 0 && !body.includes('\n');
    const chomp = tail === 0 ? '-' : tail === 1 ? '' : '+';
    const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
    return `${isFolded ? '>' : '|'}${chomp}${this.comment()}\n${lines.join('\n')}${'\n'.repeat(Math.max(0, tail - 1))}`;
  }

  flow(value: Json): string {
    const gap = this.choose(3) === 0 ? ' ' : '';
    if (Array.isArray(value)) return `[${gap}${value.map((item) => this.flow(item)).join(`,${gap}`)}${gap}]`;
    if (isObject(value))
      return `{${gap}${Object.entries(value)
        .map(([key, child]) => `${this.key(key)}: ${this.flow(child)}`)
        .join(`,${gap}`)}${gap}}`;
    return this.scalar(value, true);
  }

  key(key: string): string {
    return /^[a-z][a-z./]*$/.test(key) && isText(key) && this.choose(3) > 0 ? key : this.quoted(key);
  }

  scalar(value: Json, inFlow: boolean): string {
    if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
    const isPlain = /^[A-Za-z][\w./-]*(?: [\w./-]+)*$/.test(value) && isText(value);
    return isPlain && this.choose(2) === 0 && !(inFlow && value.includes(',')) ? value : this.quoted(value);
  }

  quoted(value: string): string {
    if (/^[ -~ü]*$/.test(value) && this.choose(2) === 0) return `'${value.replaceAll("'", "''")}'`;
    return JSON.stringify(value).replace(
      /[\x7f-\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
}

/** No word that Helm, or some other reader, takes for a boolean or a null. */
const isText = (word: string): boolean => !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(word);

const isCollection = (value: Json): value is Json[] | JsonObject =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** Operations that can be applied one after the other. `apply` gives the next value. */
export function someOperations(
  value: JsonObject,
  choose: Choose,
  values: readonly Json[],
  apply: (value: JsonObject, operation: Operation) => JsonObject | undefined,
): Operation[] {
  const operations: Operation[] = [];
  let current = value;
  for (let count = 1 + choose(4); count > 0; count--) {
    const paths = pathsOf(current).filter((path) => path.length > 0 && !path.includes('__proto__'));
    const path = paths[choose(Math.max(1, paths.length))] ?? [];
    const from = paths[choose(Math.max(1, paths.length))] ?? [];
    const fresh = values[choose(values.length)] ?? null;
    const candidates: Operation[] = [
      { op: 'replace', path: pointer(path), value: fresh },
      { op: 'remove', path: pointer(path) },
      { op: 'add', path: pointer(path), value: fresh },
      { op: 'add', path: pointer([...path, 'added']), value: fresh },
      { op: 'add', path: pointer([...path, '-']), value: fresh },
      { op: 'add', path: '/metadata', value: { annotations: { 'helm.sh/hook': 'test' } } },
      { op: 'move', from: pointer(from), path: pointer(path) },
      { op: 'copy', from: pointer(from), path: pointer(path) },
    ];
    const operation = candidates[choose(candidates.length)];
    const next = operation && apply(current, operation);
    if (operation === undefined || next === undefined) continue;
    operations.push(operation);
    current = next;
  }
  return operations;
}

function pathsOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  const children: [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? Object.entries(value)
      : [];
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}
