/** Where `watch` draws: a terminal is redrawn in place, everything else gets what is new. */
import { length } from '../../report/layout.ts';
import { OutputFault } from '../failures.ts';
import type { System } from '../system.ts';

export class Screen {
  readonly redraws: boolean;
  readonly #system: System;
  /** Rows of the last drawing that are on the terminal. */
  #rows = 0;

  constructor(system: System) {
    this.#system = system;
    this.redraws = system.stdoutIsTerminal() && system.env['TERM'] !== 'dumb';
  }

  /** In place of the last drawing. A text that is higher than the terminal loses its first lines: what happens now is at the end. */
  draw(text: string): void {
    const { columns, rows } = this.#system.terminalSize() ?? { columns: 80, rows: 24 };
    const lines = text.split('\n');
    const heights = lines.map((line) => Math.max(1, Math.ceil(length(visible(line)) / columns)));
    let first = 0;
    let height = heights.reduce((sum, each) => sum + each, 0);
    while (height > rows - 1 && first < lines.length - 1) height -= heights[first++] ?? 1;
    const up = this.#rows > 0 ? `\u001b[${this.#rows}A` : '';
    this.#write(`${up}\r\u001b[J${lines.slice(first).join('\n')}\n`);
    this.#rows = height;
  }

  add(line: string): void {
    this.#write(`${line}\n`);
  }

  #write(text: string): void {
    const written = this.#system.writeStdout([this.#system.bytes.encode(text)]);
    if (typeof written === 'object') throw new OutputFault(written.error);
    if (written === 'gone') throw new OutputFault('its reader has gone');
  }
}

/** Without the marks of colours. */
const visible = (text: string): string =>
  text
    .split('\u001b')
    .map((part, at) => (at === 0 ? part : part.replace(/^\[\d+m/, '')))
    .join('');
