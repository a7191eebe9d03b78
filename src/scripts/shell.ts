/**
 * Reads a shell script as far as waits need it: a text in, commands and loops out.
 *
 * Comments, quotes, here-documents and substitutions are told apart, because a Service's name in an `echo` or a comment is no
 * wait. It never fails: what it cannot make sense of becomes an ordinary command. Linear in the text; nesting beyond
 * MAX_DEPTH ends the reading, so that a hostile script costs no more than a long one.
 */
import { HereDocuments } from './here-documents.ts';
import type { Case, Node, Redirect, Script, Simple, Step, Word } from './shell-tree.ts';
import { type Cursor, goesOn, look, plainWord, readWord, skipBlanks } from './shell-words.ts';

const MAX_DEPTH = 50;
const EMPTY = plainWord('');
const RESERVED = /(?:until|while|for|select|if|case|function|\{|\[\[)(?=[\s;]|$)/y;
const ASSIGNMENT = /([A-Za-z_]\w*)\+?=/y;
const REDIRECT = /(?:\d*|&)(<<<|<<-?|<>|<&|>&|>>|>\||<|>)(?!\()/y;
const DEFINITION = /([\w.-]+)[ \t]*\([ \t]*\)/y;

export function parseShell(text: string, depth = 0): Script {
  return new Parser(text, depth).readScript();
}

class Parser implements Cursor {
  at = 0;
  readonly text: string;
  private depth: number;
  private readonly hereDocuments = new HereDocuments();

  constructor(text: string, depth: number) {
    this.text = text;
    this.depth = depth;
  }

  readSubstitution = (): Script => this.readUntil(')').script;
  parseInner = (text: string): Script => (this.depth < MAX_DEPTH ? parseShell(text, this.depth + 1) : []);

  readScript(...stops: string[]): Script {
    const steps: Step[] = [];
    if (++this.depth > MAX_DEPTH) this.at = this.text.length;
    for (;;) {
      this.skipSeparators();
      if (this.at >= this.text.length || this.standsAt(stops)) break;
      const start = this.at;
      const { negated, nodes } = this.readPipeline();
      skipBlanks(this);
      const next = goesOn(this, '&&') ? '&&' : goesOn(this, '||') ? '||' : ';';
      if (next !== ';') this.at += 2;
      const background = next === ';' && this.text[this.at] === '&';
      if (background) this.at++;
      if (nodes.length > 0) steps.push({ negated, nodes, next, background });
      if (this.at === start) this.at++;
    }
    this.depth--;
    return steps;
  }

  /** Reads up to one of the closing words and steps over it. */
  private readUntil(...stops: string[]): { readonly script: Script; readonly stop: string | undefined } {
    const script = this.readScript(...stops);
    const stop = stops.find((word) => goesOn(this, word));
    if (stop !== undefined) this.at += stop.length;
    return { script, stop };
  }

  private standsAt(stops: readonly string[]): boolean {
    return stops.some(
      (stop) => goesOn(this, stop) && (/^\W/.test(stop) || !/[\w-]/.test(this.text[this.at + stop.length] ?? ' ')),
    );
  }

  private skipSeparators(): void {
    for (;;) {
      skipBlanks(this);
      if (this.text[this.at] === '\n') this.newline();
      else if (this.text[this.at] === ';' && this.text[this.at + 1] !== ';') this.at++;
      else return;
    }
  }

  /** Steps over a line end and the here-documents that begin behind it. */
  private newline(): void {
    this.at = this.hereDocuments.read(this.text, this.at + 1);
  }

  private readPipeline(): Pick<Step, 'negated' | 'nodes'> {
    let negated = false;
    const nodes: Node[] = [];
    for (;;) {
      skipBlanks(this);
      if (look(this, /!(?=[\s(])/y, '!')) {
        negated = !negated;
        this.at++;
        continue;
      }
      if (nodes.length > 0 && this.text[this.at] === '\n') {
        this.newline();
        continue;
      }
      const node = this.readNode();
      if (node !== undefined) nodes.push(node);
      skipBlanks(this);
      if (node === undefined || this.text[this.at] !== '|' || this.text[this.at + 1] === '|') return { negated, nodes };
      this.at += this.text[this.at + 1] === '&' ? 2 : 1;
    }
  }

  private readNode(): Node | undefined {
    const start = this.at;
    if (goesOn(this, '((')) return this.readRaw('((', '))');
    const reserved = look(this, RESERVED, 'uwfsci{[')?.[0];
    if (reserved === '[[') return this.readRaw('[[', ']]');
    const definition = reserved === undefined ? look(this, DEFINITION) : null;
    this.at += reserved?.length ?? definition?.[0].length ?? 0;
    if (definition !== null) return this.readDefinition(definition[1] ?? '');
    let node: Node;
    switch (reserved) {
      case undefined:
        if (!goesOn(this, '(')) return this.readSimple();
        this.at++;
        node = { type: 'group', body: this.readUntil(')').script };
        break;
      case '{':
        node = { type: 'group', body: this.readUntil('}').script };
        break;
      case 'until':
      case 'while': {
        const test = this.readUntil('do').script;
        const body = this.readUntil('done').script;
        node = { type: 'loop', until: reserved === 'until', test, body, source: this.text.slice(start, this.at) };
        break;
      }
      case 'if':
        node = this.readIf();
        break;
      case 'case':
        node = this.readCase();
        break;
      case 'function': {
        skipBlanks(this);
        const name = look(this, /([\w.-]+)(?:[ \t]*\([ \t]*\))?/y);
        this.at += name?.[0].length ?? 0;
        return this.readDefinition(name?.[1] ?? '');
      }
      default:
        node = this.readFor();
    }
    this.skipRedirects();
    return node;
  }

  private skipRedirects(): void {
    do skipBlanks(this);
    while (this.readRedirect() !== undefined);
  }

  private readDefinition(name: string): Node {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
    if (++this.depth > MAX_DEPTH) this.at = this.text.length;
    const body = this.readNode();
    this.depth--;
    return {
      type: 'function',
      name,
      body: body === undefined ? [] : [{ negated: false, nodes: [body], next: ';', background: false }],
    };
  }

  private readIf(): Node {
    const tests: Script[] = [];
    const branches: Script[] = [];
    for (let stop: string | undefined = 'elif'; stop === 'elif'; ) {
      tests.push(this.readUntil('then').script);
      const branch = this.readUntil('elif', 'else', 'fi');
      branches.push(branch.script);
      stop = branch.stop;
      if (stop === 'else') branches.push(this.readUntil('fi').script);
    }
    return { type: 'if', tests, branches };
  }

  private readFor(): Node {
    skipBlanks(this);
    const values: Word[] = [];
    let head = '';
    let name = '';
    if (goesOn(this, '((')) {
      const end = this.text.indexOf('))', this.at);
      head = this.text.slice(this.at, end < 0 ? this.text.length : end);
      this.at += head.length + 2;
    } else {
      const start = look(this, /(\w+)(?:\s+in(?=[\s;]))?/y);
      name = start?.[1] ?? '';
      this.at += start?.[0].length ?? 0;
      for (;;) {
        skipBlanks(this);
        const word = readWord(this);
        if (word === undefined) break;
        values.push(word);
      }
    }
    this.readUntil('do');
    return { type: 'for', name, values, head, body: this.readUntil('done').script };
  }

  private readCase(): Node {
    const arms: Case['arms'][number][] = [];
    skipBlanks(this);
    const subject = readWord(this) ?? EMPTY;
    this.at += look(this, /\s+in(?=\s)/y)?.[0].length ?? 0;
    for (;;) {
      this.skipSeparators();
      if (this.at >= this.text.length || this.standsAt(['esac'])) break;
      const patterns: string[] = [];
      while (this.at < this.text.length && this.text[this.at] !== ')') {
        const pattern = readWord(this);
        if (pattern === undefined) this.at++;
        else patterns.push(pattern.source);
      }
      this.at++;
      arms.push({ patterns, body: this.readScript(';;', ';&', 'esac') });
      while (this.text[this.at] === ';' || this.text[this.at] === '&') this.at++;
    }
    this.at += 'esac'.length;
    return { type: 'case', subject, arms };
  }

  /** `[[ … ]]` and `(( … ))`: their words, with operators as words of their own. */
  private readRaw(open: string, close: string): Node {
    const words = [plainWord(open)];
    for (this.at += open.length; this.at < this.text.length && !goesOn(this, close); ) {
      const word = readWord(this);
      if (word !== undefined) words.push(word);
      else if (/[<>&|]/.test(this.text[this.at] ?? '')) words.push(plainWord(this.text[this.at++] ?? ''));
      else this.at++;
    }
    this.at += close.length;
    this.skipRedirects();
    return { type: 'simple', assignments: [], words, redirects: [] };
  }

  private readSimple(): Simple | undefined {
    const assignments: { name: string; words: Word[] }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      skipBlanks(this);
      const redirect = this.readRedirect();
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const assignment = words.length === 0 ? look(this, ASSIGNMENT) : null;
      if (assignment !== null) {
        this.at += assignment[0].length;
        assignments.push({
          name: assignment[1] ?? '',
          words: goesOn(this, '(') ? this.readArray() : [readWord(this) ?? EMPTY],
        });
        continue;
      }
      const word = readWord(this);
      if (word === undefined) break;
      words.push(word);
    }
    if (assignments.length + words.length + redirects.length === 0) return undefined;
    return { type: 'simple', assignments, words, redirects };
  }

  private readArray(): Word[] {
    const words: Word[] = [];
    for (this.at++; this.at < this.text.length && this.text[this.at] !== ')'; ) {
      const word = readWord(this);
      if (word === undefined) this.at++;
      else words.push(word);
    }
    this.at++;
    return words;
  }

  private readRedirect(): Redirect | undefined {
    const found = look(this, REDIRECT, '<>&0123456789');
    if (found === null) return undefined;
    this.at += found[0].length;
    skipBlanks(this);
    const redirect: Redirect = { target: readWord(this) ?? EMPTY };
    if (found[1] === '<<<') redirect.text = redirect.target.source;
    else if (found[1]?.startsWith('<<')) this.hereDocuments.expect(redirect, found[1]);
    return redirect;
  }
}
