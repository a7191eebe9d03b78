/**
 * What a word of a script becomes when it runs: variables replaced as far as their values are known, then split at blanks.
 *
 * Text that only a run can tell is UNKNOWN (one character), so `shop-db-$i.shop-db` still shows the Service in it.
 */
import { UNKNOWN } from './environment.ts';
import type { Part, Script, Word } from './shell-tree.ts';
import type { Variables } from './variables.ts';

const MAX_LENGTH = 4_000;
const MAX_NESTING = 5;

/** The fields that a word expands to: none for an empty unquoted variable, several for one that holds blanks. */
export function expandWord(word: Word, variables: Variables): string[] {
  const fields: string[] = [];
  let field = '';
  let open = false;
  let length = 0;
  for (const part of word.parts) {
    if (length > MAX_LENGTH) break;
    const value = expandPart(part, variables);
    length += value.length;
    if (part.type === 'text' || (part.quoted && !isList(part))) {
      field += value;
      open = true;
      continue;
    }
    const [first = '', ...rest] = value.split(/\s+/);
    field += first;
    open ||= first !== '';
    for (const next of rest) {
      if (open) fields.push(field);
      field = next;
      open = next !== '';
    }
  }
  if (open) fields.push(field);
  return fields.map((text) => (text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text));
}

/** A word as one text, as in an assignment. */
export function expandText(word: Word, variables: Variables): string {
  let text = '';
  for (const part of word.parts) if (text.length < MAX_LENGTH) text += expandPart(part, variables);
  return text.slice(0, MAX_LENGTH);
}

const isList = (part: Part): boolean => part.type === 'variable' && (part.name === '@' || part.edit === '[@]');

function expandPart(part: Part, variables: Variables, nesting = 0): string {
  if (part.type === 'text') return part.text;
  // Kubernetes has replaced $(NAME) of a variable that it knows before the shell sees it.
  if (part.type === 'run')
    return (
      (/^[\w.-]+$/.test(part.source) ? variables.get(part.source) : undefined) ??
      echoed(part.script, variables) ??
      UNKNOWN
    );
  const [subscript = '', index] = /^\[([^\]]*)\]/.exec(part.edit) ?? [];
  const known = variables.get(part.name === '*' ? '@' : part.name) ?? serviceVariable(part.name);
  const value = index === undefined || /^[@*]$/.test(index) ? known : elementOf(known, index);
  const edit = part.edit.slice(subscript.length);
  if (edit === '') return value ?? UNKNOWN;
  const fallback = /^:?([-=+?])/.exec(edit);
  if (fallback !== null) {
    const isSet = value !== undefined && value !== '';
    const text = (): string =>
      nesting < MAX_NESTING ? expandRaw(edit.slice(fallback[0].length), variables, nesting + 1) : UNKNOWN;
    if (fallback[1] === '+') return isSet ? text() : '';
    if (isSet || fallback[1] === '?') return value ?? UNKNOWN;
    const result = text();
    if (fallback[1] === '=') variables.set(part.name, result);
    return result;
  }
  if (value === undefined) return UNKNOWN;
  const cut = /^(##?|%%?)(.+)$/s.exec(edit);
  return cut === null
    ? /^[,^]+$/.test(edit)
      ? value.toLowerCase()
      : UNKNOWN
    : cutPattern(value, cut[1] ?? '', cut[2] ?? '');
}

/** Of an array: the first one stands for those that an unknown index means. */
const elementOf = (list: string | undefined, index: string): string | undefined =>
  list?.split(' ')[/^\d+$/.test(index) ? Number(index) : 0];

/**
 * `$(echo $URL | cut -d/ -f3)`: what is cut out stands somewhere in the text. The comma parts a host in it from UNKNOWN, which
 * says that the text is not the whole truth.
 */
function echoed([step, ...others]: Script, variables: Variables): string | undefined {
  const [first, ...filters] = step?.nodes ?? [];
  if (others.length > 0 || first?.type !== 'simple' || !/^(?:echo|printf)$/.test(first.words[0]?.source ?? ''))
    return undefined;
  const words = first.words.slice(1).map((word) => expandText(word, variables));
  const text = words.filter((word) => !/^[-%]/.test(word)).join(' ');
  if (filters.length === 0) return text;
  const splits = filters.some((filter) => filter.type === 'simple' && filter.words[0]?.source === 'tr');
  return `${splits ? text.replaceAll(',', ' ') : text},${UNKNOWN}`;
}

/** `$REDIS_SERVICE_HOST`: Kubernetes tells pods the Services that exist when they start in this way. */
const serviceVariable = (name: string): string | undefined =>
  name.endsWith('_SERVICE_HOST')
    ? name.slice(0, -'_SERVICE_HOST'.length).toLowerCase().replaceAll('_', '-')
    : undefined;

/** The word after `:-`, in which variables may stand: `${A:-${B:-db}}` and `${A:-$B}`. */
function expandRaw(text: string, variables: Variables, nesting: number): string {
  const whole = /^["']?\$(?:\{(\w+)(.*)\}|(\w+))["']?$/s.exec(text);
  if (whole !== null)
    return expandPart(
      { type: 'variable', name: whole[1] ?? whole[3] ?? '', edit: whole[2] ?? '', quoted: true },
      variables,
      nesting,
    );
  return text
    .replace(/\$\{?(\w+)\}?/g, (_, name: string) => variables.get(name) ?? UNKNOWN)
    .replace(/^(["'])(.*)\1$/s, '$2');
}

/** `${A%%:*}`, `${A##*:}`, `${A%/}`: patterns with at most one `*`, at their open end. */
function cutPattern(value: string, operator: string, pattern: string): string {
  const fromStart = operator.startsWith('#');
  const literal = fromStart ? pattern.replace(/^\*/, '') : pattern.replace(/\*$/, '');
  if (/[*?[\\$]/.test(literal) || literal === '') return UNKNOWN;
  if (literal === pattern) {
    if (fromStart) return value.startsWith(literal) ? value.slice(literal.length) : value;
    return value.endsWith(literal) ? value.slice(0, -literal.length) : value;
  }
  const isGreedy = operator.length === 2;
  const at = fromStart === isGreedy ? value.lastIndexOf(literal) : value.indexOf(literal);
  if (at < 0) return value;
  return fromStart ? value.slice(at + literal.length) : value.slice(0, at);
}
