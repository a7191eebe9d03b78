/**
 * A program for the small runtime in place of `src/main.native.ts`, that tries the host from inside:
 *
 *   calls SEED COUNT             each call with whatever JavaScript can give it; it may throw, and nothing else
 *   bytes SEED COUNT FILE…       all of `Bytes` against plain JavaScript, over mutated streams
 *   world                        other programs, files and descriptors, as JSON
 *   outcomes FIRST COUNT FILE…   what hookorder makes of hostile streams, a line each
 */
import { PLAIN_BYTES } from '../../src/model/bytes.ts';
import { type Host, host } from '../../src/native/host.ts';
import { mutate, outcomesOf, random } from './cases.ts';

const say = (text: string): void => {
  host.writeOutput([host.encode(`${text}\n`)]);
};

/** Those that wait, write, or start what they are told to are called with what does no harm (`native.test.ts`). */
const UNSAFE: readonly (keyof Host)[] = [
  'readInput',
  'writeOutput',
  'writeError',
  'writeFile',
  'closeFile',
  'sleep',
  'run',
];

function anyValue(draw: (below: number) => number): unknown {
  const buffer = new (ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer)(64, {
    maxByteLength: 128,
  });
  const resized = new Uint8Array(buffer);
  const evil = {
    valueOf() {
      (buffer as unknown as { resize(length: number): void }).resize(draw(64));
      return draw(64);
    },
  };
  const number = [0, 1, -1, 7, 63, 64, 65, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e300, Number.NaN, -0, 0.5, 1 / 0][
    draw(16)
  ];
  const text = [
    '',
    'a',
    '\0',
    '\ud800',
    '\udc00x',
    '\xe9',
    '\u2028',
    '\ud83d\ude00',
    '/',
    '/proc/self/stat',
    'x'.repeat(5000),
  ][draw(11)];
  const bytes = Uint8Array.from({ length: draw(70) }, () => draw(256));
  return [
    number,
    text,
    bytes,
    resized,
    evil,
    undefined,
    null,
    {},
    [],
    [bytes, text],
    [resized, evil],
    bytes.buffer,
    Symbol.iterator,
    new Float64Array(3),
  ][draw(14)];
}

function tryCalls(seed: number, count: number): void {
  const draw = random(seed);
  const names = (Object.getOwnPropertyNames(host) as (keyof Host)[]).filter((name) => !UNSAFE.includes(name));
  let thrown = 0;
  for (let at = 0; at < count; at++) {
    const call = host[names[draw(names.length)] ?? 'parent'] as (...values: unknown[]) => unknown;
    try {
      call(...Array.from({ length: draw(6) }, () => anyValue(draw)));
    } catch {
      thrown++;
    }
  }
  say(`${count} calls of ${names.length} functions, ${thrown} refused`);
}

function compareBytes(seed: number, count: number, seeds: readonly Uint8Array[]): void {
  const draw = random(seed);
  for (let at = 0; at < count; at++) {
    const bytes = mutate(seeds, draw);
    const start = draw(bytes.length + 3) - 1;
    const end = draw(bytes.length + 3);
    const text = PLAIN_BYTES.latin1(bytes, draw(bytes.length + 1), bytes.length).slice(0, 1 + draw(4)) || 'a';
    const [plain, native] = [PLAIN_BYTES, host].map((codec) =>
      JSON.stringify({
        isUtf8: codec.isUtf8(bytes),
        latin1: codec.latin1(bytes, Math.max(start, 0), end),
        utf8: codec.utf8(bytes, Math.max(start, 0), end),
        encoded: [...codec.encode(`${text}\ud800${codec.utf8(bytes, 0, 60)}`)],
        find: codec.find(bytes, text, Math.max(start, 0), end),
        hasAny: codec.hasAny(bytes, text, Math.max(start, 0), end),
        lines: codec.linesExcept(bytes, text, Math.max(start, 0), end),
      }),
    );
    if (plain !== native) {
      say(`case ${at}: ${plain}\nis not ${native}`);
      return;
    }
  }
  say(`${count} the same`);
}

function tryWorld(): void {
  const words = (script: string): readonly string[] => ['sh', '-c', script];
  const run = (script: string, limit = 1e6) => {
    const ran = host.run(words(script), limit);
    if (typeof ran === 'string') return ran;
    const [status, signal, ...outputs] = ran;
    return [status, signal, ...outputs.map((bytes) => host.utf8(bytes, 0, 1e6))];
  };
  const text = 'a\ud83d\ude00\u00e9';
  say(
    JSON.stringify({
      both: run('echo out; echo err >&2; exit 3'),
      silent: run('cat'),
      large: (host.run(words('head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2'), 1e7) as readonly Uint8Array[])
        .slice(2)
        .map(({ length }) => length),
      ended: run('kill -9 $$'),
      pipeSignal: run('head -c 300000 /dev/zero | :; echo done'),
      absent: host.run(['no-such-program'], 10),
      tooMuch: run('cat /dev/zero', 1e6),
      none: host.run([], 10),
      listed: ['/proc/self/fdinfo/..', '/proc/self/exe'].map((path) => host.listFolder(path)?.includes('status')),
      kinds: ['/', '/proc/self/exe', '/nowhere'].map(host.kindOf),
      reads: ['/', '/nowhere', '/proc/self/mem'].map((path) => typeof host.readFile(path, 10)),
      tooLarge: host.readFile('/proc/self/exe', 1000),
      writes: [host.writeFile('/nowhere/x', new Uint8Array()), host.writeFile('/', new Uint8Array())],
      size: host.terminalSize(0) ?? null,
      text: host.utf8(host.encode(text), 0, 100) === text,
      gzipped: host.gzippedSize([]) > 0 && host.gzippedSize([new Uint8Array(1e6), host.encode(text)]) < 2000,
    }),
  );
}

export const run = (): number => {
  const [what, seed, count, ...files] = host.arguments();
  const seeds = files.flatMap((file) => {
    const bytes = host.readFile(file, 1e9);
    return typeof bytes === 'string' ? [] : [bytes];
  });
  if (what === 'calls') tryCalls(Number(seed), Number(count));
  else if (what === 'world') tryWorld();
  else if (what === 'bytes') compareBytes(Number(seed), Number(count), seeds);
  else say(outcomesOf(Number(seed), Number(count), seeds, host).join('\n'));
  return 0;
};
