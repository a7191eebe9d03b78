/**
 * What a scalar says: plain scalars as Helm's YAML library resolves them (go.yaml.in/yaml/v2 resolve.go), and the escapes of double quotes.
 *
 * That is neither YAML 1.1 nor 1.2: `yes` is a boolean and `010` is 8, but `1:30` and `yEs` are text, and `08` is 8.
 */

const WORDS: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE', 'y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE', 'n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
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
  const last = source.charCodeAt(source.length - 1) | 0x20;
  // A number ends with a digit, a point or `_`, one of base 16 with a letter up to `f`; `30s` and `500m` do not. `.inf` is told apart below.
  if (last > 0x66 && last !== 0x7f) return source;
  const isDecimal = source.charCodeAt(0) !== 0x30 || source.length === 1;
  const number = isDecimal ? Number(source) : Number.NaN;
  if (Number.isSafeInteger(number) && String(number) === source) return number;
  return resolveOddNumber(source);
}

const INFINITY = /^[-+]?\.(?:inf|Inf|INF)$/;
/** Go's `strconv.ParseFloat`, for what begins with a point. */
const POINTED = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** Go's `strconv.ParseInt` with base 0. */
const INTEGER = /^([-+]?)(?:0x([\da-f]+)|0o?([0-7]+)|0b([01]+)|(0|[1-9]\d*))$/i;

function resolveOddNumber(source: string): number | string {
  if (INFINITY.test(source)) return source.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (source.startsWith('.')) return POINTED.test(source) ? finite(Number(source.replaceAll('_', '')), source) : source;
  const plain = source.replaceAll('_', '');
  const [, sign = '', hex, octal, binary, decimal = '0'] = INTEGER.exec(plain) ?? [];
  if (INTEGER.test(plain)) {
    const digits = hex ? `0x${hex}` : octal ? `0o${octal}` : binary ? `0b${binary}` : decimal;
    const integer = BigInt(digits);
    // `strconv.ParseInt` and, without a sign, `strconv.ParseUint`.
    const limit = sign === '-' ? 1n << 63n : sign === '+' ? (1n << 63n) - 1n : (1n << 64n) - 1n;
    if (integer <= limit) return sign === '-' && integer > 0n ? -Number(integer) : Number(integer);
  }
  if (FLOAT.test(plain)) return finite(Number(plain), source);
  return /^0b[-+][01]+$/.test(plain) ? Number(`${plain[2]}${Number(`0b${plain.slice(3)}`)}`) : source;
}

/** Go refuses to parse what is too large. */
const finite = (number: number, source: string): number | string => (Number.isFinite(number) ? number : source);

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
