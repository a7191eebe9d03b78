/**
 * What stands at the end of a name, and whether another render of the chart writes it too: the one judgement that matching, lint, diff
 * and init share.
 *
 * In comes a name, out comes its tail, the stem before it, and what kind of tail it looks like. A look alone cannot prove that letters are
 * random, so the kind is called so where no word and no number of a release is built like them.
 */

import type { Resource } from './manifest.ts';

/**
 * `clock`: a time, by the second or the minute. `date`: a day. `revision`: `.Release.Revision`. `version`: of a chart or an application.
 * `hash`: of some content, the first digits of a commit or a checksum. `random`: letters and digits as Kubernetes and Sprig draw them, or a
 * UUID. `unknown`: digits that may be anything. `fixed`: the rest.
 */
export type TailKind = 'clock' | 'date' | 'revision' | 'version' | 'hash' | 'random' | 'unknown' | 'fixed';

export interface NameTail {
  readonly kind: TailKind;
  /** The name less the tail and the dash before it; the whole name where it is fixed. */
  readonly stem: string;
  /** Empty where the name is fixed. */
  readonly tail: string;
}

/**
 * The stem of a name that a chart already made unique by a clock: `job-20241121014500` and `job-1732147200` give `job`.
 * Seconds and milliseconds since 1970, `yyyymmddhhmmss`, and the forms with a dash or a T. Undefined when there is none.
 */
export function stemOf(name: string): string | undefined {
  // Most names end otherwise, and looking is cheaper than matching.
  for (let at = name.length - 5; at < name.length - 1; at++) if (!isDigit(name.charCodeAt(at))) return undefined;
  return /^(.+?)-(?:1[4-9]\d{8}|2\d{9}|1[4-9]\d{11}|20\d{12}|20\d{6}-?t?\d{6}z?)$/.exec(name)?.[1];
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0[1-9]|1[0-2])';
const TIME = '(?:[01]\\d|2[0-3])-?[0-5]\\d';

/** The first that fits decides. Each has the tail as its last group. */
const FORMS: readonly (readonly [TailKind, RegExp])[] = [
  // `uuidv4`, also cut behind one of its dashes.
  ['random', /^(.+?)-([0-9a-f]{8}(?:-[0-9a-f]{4}){1,3}(?:-[0-9a-f]{12})?)$/],
  ['clock', new RegExp(`^(.+?)-(20\\d\\d-?${MONTH}-?${DAY}-?t?${TIME}(?:-?[0-5]\\d)?z?)$`)],
  ['date', new RegExp(`^(.+?)-(20\\d\\d(-?)${MONTH}\\3${DAY})$`)],
  [
    'version',
    /^(.+?)-(v?\d+(?:[.-]\d+)+(?:[.-]?(?:alpha|beta|rc|pre|dev|snapshot|build|final|ga|alpine|slim|hotfix|patch)[.-]?\d*)*)$/,
  ],
  ['version', /^(.+?)-(v\d+(?:(?:alpha|beta|rc)\d*)?)$/],
  ['revision', /^(.+?)-(r(?:ev(?:ision)?)?-?\d{1,4}|\d{1,4})$/],
  ['unknown', /^(.+?)-(\d{5,})$/],
  ['hash', /^(.+?)-((?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,64})$/],
];

/** The tail of a name. */
export function tailOf(name: string): NameTail {
  const stem = stemOf(name);
  if (stem !== undefined) return { kind: 'clock', stem, tail: name.slice(stem.length + 1) };
  for (const [kind, form] of FORMS) {
    const found = form.exec(name);
    const [, before = '', tail = ''] = found ?? [];
    if (found !== null) return { kind, stem: before, tail };
  }
  const tail = name.slice(name.lastIndexOf('-') + 1);
  return tail.length < name.length - 1 && isDrawn(tail)
    ? { kind: 'random', stem: name.slice(0, -tail.length - 1), tail }
    : { kind: 'fixed', stem: name, tail: '' };
}

/**
 * The tail of a resource's name. What else the resource says counts: letters that stand somewhere as a word, in its labels, its image or the path
 * of its template, are not drawn, and a tail that is the tag of its image is a version.
 */
export function tailOfResource(resource: Pick<Resource, 'name' | 'template' | 'text'>): NameTail {
  const found = tailOf(resource.name);
  const { kind, tail } = found;
  if (kind !== 'random' && kind !== 'unknown' && kind !== 'hash') return found;
  const text = resource.text();
  if (new RegExp(`image:.*:${tail}["'\\s,}]`).test(`${text} `)) return { ...found, kind: 'version' };
  if (kind !== 'random' || tail.includes('-')) return found;
  const isWord = isInWords(resource.template ?? '', tail) || (!/\d/.test(tail) && isSaid(text, tail));
  return isWord ? { kind: 'fixed', stem: resource.name, tail: '' } : found;
}

const isInWords = (text: string, word: string): boolean => text.split(/[^a-z0-9]+/).includes(word);

/** True where a line has the letters as a word of its own or as the first one; a line about a run may have them drawn. */
const isSaid = (text: string, word: string): boolean =>
  text.includes(word) &&
  text
    .split('\n')
    .some(
      (line) =>
        new RegExp(`(?<![A-Za-z0-9-])${word}(?![A-Za-z0-9])`).test(line) &&
        !/(?:run|id|hash|suffix|rand\w*|nonce|salt|uid)["']?:/i.test(line),
    );

/** Kubernetes and Sprig draw five and ten letters most often, charts other numbers too. */
const SHORTEST = 5;
const LONGEST = 40;
/** The alphabet of `generateName` and of ReplicaSets: no vowels, and no digit that looks like one (k8s.io/apimachinery/pkg/util/rand). */
const SAFE = /^[bcdfghjklmnpqrstvwxz2456789]+$/;
/** Words that have a number in them, and what is left of a name beside them is judged. */
const ABBREVIATIONS =
  /s3|k8s|k3s|k0s|e2e|i18n|l10n|a11y|o11y|n8n|h2|db2|oauth2|ipv[46]|x509|md5|sha\d+|log4j|base64|neo4j|b2b|b2c|c2c|p2p|m2m|mp[34]|h26[45]|v2ray|web3|ec2|2fa|u2f|fido2|py3|http2|http3|s2i|s2s|o365|m365/g;

/** True for letters and digits that look drawn by chance. */
function isDrawn(tail: string): boolean {
  if (tail.length < SHORTEST || tail.length > LONGEST || !/^[a-z0-9]+$/.test(tail)) return false;
  const { oddities } = require('./letters.ts') as typeof import('./letters.ts');
  if (!/\d/.test(tail)) {
    const odd = oddities(tail);
    return tail.length === SHORTEST ? odd > 0 : odd > 1;
  }
  const rest = tail.replaceAll(ABBREVIATIONS, ' ');
  if (rest !== tail && !/\d[a-z]+\d|[a-z]\d+[a-z]/.test(rest)) return false;
  const letters = tail.match(/[a-z]+/g) ?? [];
  const [first = ''] = letters;
  // `shard1`, `pg15`, `2fast`: a word with a number before or behind it.
  if (letters.length === 1 && /^\d{0,2}[a-z]+\d{0,3}$/.test(tail)) {
    if (first.length < 4) return /^\d+[a-z]+\d+$/.test(tail) || (SAFE.test(tail) && /^[a-z]?\d{3}/.test(tail));
    return oddities(first) > (first.length > SHORTEST ? 1 : 0);
  }
  // `blue2green`
  return !letters.every((part) => part.length > 2 && oddities(part) === 0) || letters.length > 3;
}
