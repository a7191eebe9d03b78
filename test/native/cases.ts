/**
 * Hostile streams, the same for the same seed on every runtime, and what hookorder makes of them, as one number each: so that two runtimes
 * can be held against each other over many of them. Nothing of Node in here.
 */
import { main } from '../../src/cli.ts';
import type { System } from '../../src/commands/system.ts';
import type { Bytes } from '../../src/model/bytes.ts';

/** Numbers below a limit (mulberry32). */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** What breaks parsers, encodings and guesses; one character for each byte. */
const TOKENS = [
  ...[
    '---\n',
    '\n---\n',
    '--- # x\n',
    '...\n',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '  ',
    ': ',
    '- ',
    '#',
    '? ',
    '| \n',
    '>-\n',
    '%YAML 1.1\n',
  ],
  ...[
    '&a ',
    '*a',
    '<<: *a\n',
    '!!binary ',
    '!!int ',
    '!',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '\\',
    '\\x41',
    '\0',
    '\x7f',
  ],
  ...[
    '\xef\xbb\xbf',
    '\xc2\x85',
    '\xe2\x80\xa8',
    '\xe2\x80\xa9',
    '\xc3\xa9',
    '\xf0\x9f\x98\x80',
    '\xff',
    '\x80',
    '\xc0\xaf',
  ],
  ...[
    '\xed\xa0\x80',
    '\xf4\x90\x80\x80',
    '\xe2\x80',
    'yes',
    'null',
    '0o17',
    '1e3',
    '.inf',
    'true',
    '0x1F',
    '2001-01-01',
  ],
  ...[
    'kind: Job\n',
    'kind: List\nitems:\n',
    'metadata:\n',
    'name: a\n',
    'helm.sh/hook: pre-install\n',
    'apiVersion: v1\n',
  ],
];

/** One to four changes of a stream of at most some kilobytes. */
export function mutate(seeds: readonly Uint8Array[], draw: (below: number) => number): Uint8Array {
  const seed = seeds[draw(seeds.length)] ?? new Uint8Array();
  const cut = seed.length > 3000 ? draw(seed.length - 3000) : 0;
  let bytes = [...seed.subarray(cut, cut + 3000)];
  for (let count = 1 + draw(4); count > 0; count--) {
    const at = draw(bytes.length + 1);
    const end = at + draw(40);
    const token = [...(TOKENS[draw(TOKENS.length)] ?? '')].map((char) => char.charCodeAt(0));
    const piece = bytes.slice(at, at + draw(300));
    const other = draw(bytes.length + 1);
    bytes =
      [
        () => [...bytes.slice(0, at), ...bytes.slice(end)],
        () => [...bytes.slice(0, at), ...token, ...bytes.slice(at)],
        () => [...bytes.slice(0, at), ...token, ...bytes.slice(end)],
        () => [...bytes.slice(0, other), ...piece, ...bytes.slice(other)],
        () => bytes.map((byte, index) => (index === at ? draw(256) : byte)),
        () => bytes.slice(0, at),
      ][draw(6)]?.() ?? bytes;
  }
  return Uint8Array.from(bytes);
}

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: jobs, match: { kind: Job }, events: [pre-install, post-upgrade], jobName: hash, dependencies: copy, optional: true }
  - { name: rest, match: { kind: ConfigMap }, events: [pre-install], before: [jobs], optional: true }
`;
const COMMANDS = [
  ['render', '--config=c'],
  ['render', '--config=c', '--errors=output'],
  ['render', '--no-config', '--as-filter'],
  ['lint', '--config=c', '-o', 'json'],
  ['plan', '--config=c'],
  ['init'],
];

/** All that a command said, as one number (FNV-1a): its exit code, stdout, stderr. Throws what the program throws. */
export function outcomeOf(argv: readonly string[], stream: Uint8Array, bytes: Bytes): number {
  let hash = 0x811c9dc5;
  const fold = (byte: number): void => {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  };
  const system: System = {
    ...INERT,
    bytes,
    readFile: (path) => (path === 'c' ? bytes.encode(CONFIG) : { error: 'no such file', isAbsent: true }),
    readStdin: () => stream,
    writeStdout: (chunks) => {
      for (const chunk of chunks) chunk.forEach(fold);
      return 'done';
    },
    writeStderr: (text) => bytes.encode(text).forEach(fold),
    note: (text) => bytes.encode(text).forEach(fold),
  };
  fold(main([...argv, '--now', '1732147200'].slice(0, argv[0] === 'init' ? argv.length : undefined), system));
  return hash;
}

/** A world in which nothing happens. */
const INERT: Omit<System, 'bytes' | 'readFile' | 'readStdin' | 'writeStdout' | 'writeStderr' | 'note'> = {
  env: {},
  clock: () => 0,
  writeFile: () => undefined,
  isStdoutClosed: () => false,
  stdinIsTerminal: () => false,
  stdoutIsTerminal: () => false,
  stderrIsTerminal: () => false,
  terminalSize: () => undefined,
  kindOfPath: () => undefined,
  listFolder: () => undefined,
  runProgram: () => ({ error: 'no such file', isAbsent: true }),
  sleep: () => {},
  ancestry: () => ({ processes: [], isWhole: true, stdinIsFromOutside: false }),
  sha256: (text: string) => text,
  gzippedSize: () => 0,
};

/** The stream and the command of a case. */
export function caseOf(number: number, seeds: readonly Uint8Array[]): { argv: readonly string[]; stream: Uint8Array } {
  const draw = random(number);
  return { argv: COMMANDS[draw(COMMANDS.length)] ?? [], stream: mutate(seeds, draw) };
}

/** The outcomes of cases, a line of eight hexadecimal digits for each. */
export function outcomesOf(
  first: number,
  count: number,
  seeds: readonly Uint8Array[],
  bytes: Bytes,
): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const { argv, stream } = caseOf(first + at, seeds);
    return outcomeOf(argv, stream, bytes).toString(16).padStart(8, '0');
  });
}
