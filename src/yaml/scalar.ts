/**
 * What a scalar says: plain scalars by the core schema of YAML 1.2, and the escapes of double quotes.
 */

/** Plain scalars that are not strings begin with one of these. */
const FIRST = /^[-+.~0-9nNtTfF]/;
const INTEGER = /^[-+]?[0-9]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** The value of a plain scalar. `source` has no white space around it. */
export function resolvePlain(source: string): null | boolean | number | string {
  if (source === '') return null;
  // No word or number that means something is longer, but a number may be; so only the words are asked for by length.
  if (!FIRST.test(source)) return source;
  switch (source) {
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case '.nan':
    case '.NaN':
    case '.NAN':
      return Number.NaN;
  }
  if (INTEGER.test(source)) return Number.parseInt(source, 10);
  if (FLOAT.test(source)) return Number.parseFloat(source);
  if (/^0o[0-7]+$/.test(source)) return Number.parseInt(source.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(source)) return Number.parseInt(source.slice(2), 16);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(source))
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
const WORDS_OF_YAML_1_1 = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/**
 * True for a mapping key that is the same string for every YAML reader when it is written without quotes, in block and in flow
 * style: `helm.sh/hook`, not `on`, not `1e3`.
 */
export const isPlainKey = (key: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(key) && !WORDS_OF_YAML_1_1.test(key) && key.length < 256;

/** True for plain text that YAML 1.1 readers such as Helm's may take for something else than a string. */
export const isAmbiguousPlain = (source: string): boolean =>
  WORDS_OF_YAML_1_1.test(source) || /^[-+.]?[0-9]/.test(source) || /^[~=]$|^<<$/.test(source);
