// A man page made of the help: docs/hookorder.1. A test holds it to what `--help` prints.

/** Text that roff takes as it is: no escapes, no requests at the start of a line. */
const asText = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(
      /[^\n -~]/gu,
      (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replaceAll(/^(?=[.'])/gm, '\\&');
const literal = (text) => `.nf\n${asText(text.trimEnd())}\n.fi`;

/** `overview` and `pages` (name and text) are what `hookorder --help` and `hookorder NAME --help` print. */
export function manPage({ version, overview, pages }) {
  const [about = '', ...rest] = overview.split('\n\n');
  const sections = pages.map(({ name, text }) => `.SS ${name}\n${literal(text)}`);
  return `.\\" Made of the help by a test: npm test -- --update test/package/artefacts
.TH HOOKORDER 1 "" "hookorder ${version}" "User Commands"
.SH NAME
hookorder \\- ${asText(about.replace(/^hookorder /, '').replace(/\.$/, ''))}
.SH DESCRIPTION
${literal(rest.join('\n\n'))}
.SH COMMANDS
${sections.join('\n')}
.SH ENVIRONMENT
${[
  ['HOOKORDER_CONFIG', 'the config, where --config names none'],
  ['HOOKORDER_NOW', 'the clock, where --now sets none'],
  ['HOOKORDER_AS_FILTER', '1: neither Helm 3 nor Terraform reads what render prints'],
  ['HELM_BIN', 'the Helm that renders charts'],
  ['NO_COLOR, FORCE_COLOR', 'whether text is in colour'],
]
  .map(([name, text]) => `.TP\n.B ${name}\n${asText(text)}`)
  .join('\n')}
.SH EXIT STATUS
${[
  ['0', 'nothing to report'],
  ['1', 'findings at or above --fail-on, or differences with --exit-code'],
  ['2', 'the work could not be done'],
  ['70', 'a bug in hookorder'],
]
  .map(([code, text]) => `.TP\n.B ${code}\n${asText(text)}`)
  .join('\n')}
.SH SEE ALSO
.BR helm (1),
.UR https://github.com/hookorder/hookorder
.UE
`;
}
