/**
 * What a scalar says: plain scalars by the core schema of YAML 1.2, and the escapes of double quotes.
 */

const WORDS: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
]);
const LONGEST_WORD = 5;

/** The value of a plain scalar. `source` has no white space around it. */
export function resolvePlain(source: string): null | boolean | number | string {
  const word = source.length > LONGEST_WORD ? undefined : WORDS.get(source);
  if (word !== undefined) return word;
  // Numbers begin with one of `+-.0123456789`; no engine is made to compile a regular expression for a word.
  const first = source.charCodeAt(0);
  return first >= 0x2b && first <= 0x39 && first !== 0x2c && first !== 0x2f ? resolveNumber(source) : source;
}

function resolveNumber(source: string): number | string {
  if (source.startsWith('0o') && /^0o[0-7]+$/.test(source)) return Number.parseInt(source.slice(2), 8);
  if (source.startsWith('0x') && /^0x[0-9a-fA-F]+$/.test(source)) return Number.parseInt(source.slice(2), 16);
  const last = source.charCodeAt(source.length - 1);
  // Decimals end with a digit or a point; `500m` and `30s` do not.
  if (isDigit(last) || last === 0x2e) {
    // Of the numbers of JavaScript that begin and end so, YAML has all but `0b1`, `0O7` and `0X1`.
    const second = source.charCodeAt(1) | 0x20;
    const number = second > 0x39 && second !== 0x65 ? Number.NaN : Number(source);
    if (!Number.isNaN(number)) return number;
  } else if (source.length < 6 && source.includes('.') && /^[-+]?\.(?:inf|Inf|INF)$/.test(source))
    return source.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return source;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};

/** The text of a one-line double-quoted scalar (without its quotes), or undefined for an escape that YAML does not have. */
export function unescapeDouble(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  let valid = true;
  const text = raw.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (_, x?: string, u?: string, U?: string, simple?: string) => {
      if (simple === undefined) {
        const code = Number.parseInt(x ?? u ?? U ?? '', 16);
        if (code <= 0x10ffff) return String.fromCodePoint(code);
      } else {
        const char = Object.hasOwn(ESCAPES, simple) ? ESCAPES[simple] : undefined;
        if (char !== undefined) return char;
      }
      valid = false;
      return '';
    },
  );
  return valid ? text : undefined;
}

/** Plain words that some YAML 1.1 reader takes for a boolean or a null. */
const WORDS_OF_YAML_1_1 = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);
const isWordOfYaml11 = (source: string): boolean => source.length < 6 && WORDS_OF_YAML_1_1.has(source.toLowerCase());

/**
 * True for a mapping key that is the same string for every YAML reader when it is written without quotes, in block and in flow
 * style: `helm.sh/hook`, not `on`, not `1e3`.
 */
export const isPlainKey = (key: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(key) && !isWordOfYaml11(key) && key.length < 256;

/** True for plain text that YAML 1.1 readers such as Helm's may take for something else than a string. */
export const isAmbiguousPlain = (source: string): boolean =>
  isWordOfYaml11(source) || beginsLikeNumber(source) || source === '~' || source === '=' || source === '<<';

const beginsLikeNumber = (source: string): boolean =>
  isDigit(source.charCodeAt(0)) || ('-+.'.includes(source.charAt(0)) && isDigit(source.charCodeAt(1)));

/** No regular expression, see docs/performance.md. */
const isDigit = (char: number): boolean => char >= 0x30 && char <= 0x39;
