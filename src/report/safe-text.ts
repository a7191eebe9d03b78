/**
 * Text of charts and configs, made safe for where it is printed: terminals obey control characters, people are misled by characters that
 * turn the direction of writing or are not seen, and CI systems obey commands that stand in a log.
 */

/** Control and format characters, line and paragraph separators. Soft hyphens and joiners belong to words of some languages. */
const UNSAFE = /(?![\u00ad\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const UNSAFE_IN_LINES = /(?![\t\n\u00ad\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** For one line of a terminal: line breaks become blanks, and what else is unsafe becomes `�`, so that it is still seen. */
export const printable = (text: string): string => text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNSAFE, '\ufffd');

/** The same for a text of several lines, tabs kept. */
export const printableLines = (text: string): string => text.replaceAll(UNSAFE_IN_LINES, '\ufffd');

/**
 * A text for people in which no CI system finds a command. GitHub's runner takes `::name …::` at the start of a line, blanks left aside, and
 * `##[name]` anywhere (actions/runner ActionCommand.cs); Azure takes `##vso[…]`, TeamCity `##teamcity[…]`. A blank stops each of them.
 */
export const inert = (text: string): string =>
  text
    .replaceAll(/^([\s\u0085\u180e\u200b\ufeff]*):(?=:[^\n\r]*::)/gm, '$1: ')
    .replaceAll(/#(?=#(?:vso|teamcity)?\[)/gi, '# ');

/** A value as indented JSON: the same value to every parser, and harmless where it is shown as text. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2)
    .replaceAll(UNSAFE_IN_LINES, (character) => character.split('').map(escapeUnit).join(''))
    .replaceAll(/#(?=(?:vso|teamcity)?\[)/gi, escapeUnit)}\n`;

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Characters that would be harmless in no viewer, as references of XML, which has them as the same characters. */
export const xmlReferences = (text: string): string =>
  text
    .replaceAll(/(?![\t\n\r\u00ad\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu, referenceOf)
    .replaceAll(/#(?=(?:vso|teamcity)?\[)/gi, referenceOf);

const referenceOf = (character: string): string => `&#x${(character.codePointAt(0) as number).toString(16)};`;
