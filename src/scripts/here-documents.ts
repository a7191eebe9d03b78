/** The here-documents of a shell script: `<<END` names where one ends, and its text begins behind the line. */
import type { Redirect } from './shell-tree.ts';

export class HereDocuments {
  #expected: { readonly redirect: Redirect; readonly end: string; readonly tabs: boolean }[] = [];

  /** `operator` is `<<` or `<<-`, which leaves out tabs before the end. */
  expect(redirect: Redirect, operator: string): void {
    const end = redirect.target.source.replace(/["'\\]/g, '');
    this.#expected.push({ redirect, end, tabs: operator === '<<-' });
  }

  /** Gives each redirect its text. In and out: where a line begins, behind those that are expected. */
  read(text: string, start: number): number {
    let at = start;
    for (const { redirect, end, tabs } of this.#expected) {
      const first = at;
      let stop = at;
      for (let closed = false; !closed && at < text.length; ) {
        const eol = text.indexOf('\n', at);
        const line = text.slice(at, eol < 0 ? text.length : eol).replace(/\r$/, '');
        closed = (tabs ? line.replace(/^\t+/, '') : line) === end;
        stop = at;
        at = eol < 0 ? text.length : eol + 1;
      }
      redirect.text = text.slice(first, stop);
    }
    this.#expected = [];
    return at;
  }
}
