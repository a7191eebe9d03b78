/**
 * Words of a command line to flags and operands, as kubectl and helm read theirs (the Go package pflag): `--flag=value`, `--flag value`,
 * `-f value`, `-fvalue`, `-f=value`, `-ab` for two switches, `--` before operands. What is not understood is a mistake that says what to
 * type instead; nothing is guessed.
 */
import { nearest } from './model/nearest.ts';

export interface FlagTable {
  /** Long names of flags that take a value. */
  readonly valued: readonly string[];
  /** Long names of flags that are on or off. */
  readonly switches: readonly string[];
  /** Switches that take a value of this form where one follows an operand. */
  readonly either?: Readonly<Record<string, RegExp>>;
  /** One letter to a long name. */
  readonly short: Readonly<Record<string, string>>;
}

export interface CommandLine {
  /** Values by long name, in the order in which they were given. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Switches that are on. */
  readonly switches: ReadonlySet<string>;
  readonly operands: readonly string[];
  /** How many of the operands stand before `--`: only those can be a command. */
  readonly plainOperands: number;
  /** Every flag that was given, by its long name. */
  readonly given: ReadonlySet<string>;
  /** The first word that is no flag of the table; the rest was not read. */
  readonly unknown?: string;
  /** What else is wrong, as a sentence. */
  readonly mistake?: string;
}

const ON = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const OFF = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

export function parseCommandLine(words: readonly string[], table: FlagTable): CommandLine {
  return new Reader(words, table).read();
}

class Reader {
  private readonly words: readonly string[];
  private readonly table: FlagTable;
  private readonly values = new Map<string, string[]>();
  private readonly on = new Set<string>();
  private readonly given = new Set<string>();
  private readonly operands: string[] = [];
  private at = 0;
  private plain: number | undefined;
  private problem: Pick<CommandLine, 'unknown' | 'mistake'> | undefined;

  constructor(words: readonly string[], table: FlagTable) {
    this.words = words;
    this.table = table;
  }

  read(): CommandLine {
    while (this.at < this.words.length && this.problem === undefined) {
      const word = this.words[this.at++] as string;
      if (word === '--') {
        this.plain = this.operands.length;
        this.operands.push(...this.words.slice(this.at));
        break;
      }
      if (word.startsWith('--')) this.readLong(word);
      else if (word.length > 1 && word.startsWith('-')) this.readShort(word);
      else this.operands.push(word);
    }
    return {
      values: this.values,
      switches: this.on,
      operands: this.operands,
      plainOperands: this.plain ?? this.operands.length,
      given: this.given,
      ...this.problem,
    };
  }

  private readLong(word: string): void {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    if (this.table.valued.includes(name) || this.takesValue(name, value)) this.addValue(name, value);
    else if (this.table.switches.includes(name)) this.setSwitch(name, value);
    else this.problem = this.oneWord(word) ?? { unknown: `--${name}` };
  }

  /** A group of letters: switches, and one flag that takes the rest of the word as its value. */
  private readShort(word: string): void {
    const long = /^-([a-z][a-z-]+)(?:=|$)/.exec(word)?.[1];
    if (long !== undefined && this.isFlag(long)) {
      this.problem = { mistake: `${word} has one dash; did you mean -${word}?` };
      return;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      const name = Object.hasOwn(this.table.short, letter) ? this.table.short[letter] : undefined;
      if (name === undefined) {
        this.problem = this.oneWord(word) ?? { unknown: word.length === 2 ? word : `-${letter} (in ${word})` };
        return;
      }
      if (this.table.valued.includes(name)) {
        const rest = word.slice(at + 1);
        const attached = rest.startsWith('=') ? rest.slice(1) : rest;
        this.problem = this.oneWord(word);
        if (this.problem === undefined) this.addValue(name, rest === '' ? undefined : attached);
        return;
      }
      if (word[at + 1] === '=') {
        this.setSwitch(name, word.slice(at + 2));
        return;
      }
      this.setSwitch(name, undefined);
    }
  }

  private takesValue(name: string, attached: string | undefined): boolean {
    const form = this.table.either?.[name];
    return form !== undefined && this.operands.length > 0 && form.test(attached ?? this.words[this.at] ?? '');
  }

  private addValue(name: string, attached: string | undefined): void {
    this.given.add(name);
    const next = this.words[this.at];
    const value = attached ?? (next !== undefined && !/^-./.test(next) ? next : '');
    if (attached === undefined && value !== '') this.at++;
    if (value === '') this.problem = { mistake: `--${name} needs a value` };
    else this.values.set(name, [...(this.values.get(name) ?? []), value]);
  }

  private setSwitch(name: string, value: string | undefined): void {
    this.given.add(name);
    if (value === undefined || ON.includes(value)) this.on.add(name);
    else if (OFF.includes(value)) this.on.delete(name);
    else this.problem = { mistake: `--${name} cannot be "${value}": it takes true or false` };
  }

  private isFlag(name: string): boolean {
    return this.table.valued.includes(name) || this.table.switches.includes(name);
  }

  /** `--config x.yaml` that came as one word, as from `--post-renderer-args "--config x.yaml"`. */
  private oneWord(word: string): Pick<CommandLine, 'mistake'> | undefined {
    const [, flag = '', value = ''] = /^(--[a-z-]+|-[a-z])[ \t]+(.*)$/s.exec(word) ?? [];
    const name = flag.startsWith('--') ? flag.slice(2) : (this.table.short[flag.slice(1)] ?? '');
    if (flag === '' || !this.isFlag(name)) return undefined;
    const isOne = this.table.valued.includes(name) && !/\s-/.test(value);
    const advice = isOne ? `write --${name}=${value.trim()}` : 'write each flag as a word of its own';
    return { mistake: `"${word}" came as one word; ${advice}` };
  }
}

/** How an unknown flag is refused. `known` are the flags of the command. */
export function sayUnknown(command: string, flag: string, known: readonly string[]): string {
  const suggestion = nearest(flag.replace(/^-+/, ''), known);
  return `\`hookorder ${command}\` has no flag ${flag}${suggestion === undefined ? '' : `; did you mean --${suggestion}?`}`;
}
