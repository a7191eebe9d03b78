/**
 * Follows what a container runs, from its argument list through shells, functions and mounted scripts, down to the programs that are called.
 *
 * Out comes one `Call` per program call, with its arguments expanded and with how patiently the script insists on it. Nothing is
 * judged here. The work is bounded, whatever the scripts are.
 */
import type { Path } from '../model/json.ts';
import {
  argument,
  baseName,
  declare,
  exitOnError,
  PREFIXES,
  prefixLength,
  setArguments,
  setValues,
  valuesOf,
} from './arguments.ts';
import type { Argument, Call, Item } from './call.ts';
import { atStart, type Circumstances } from './circumstances.ts';
import { answerOf, answerOfNothing, armsOf, asksForStatus, looks } from './conditions.ts';
import { UNKNOWN } from './environment.ts';
import { expandText, expandWord } from './expand.ts';
import type { ReadFile } from './files.ts';
import { isGuard } from './guards.ts';
import { doesNothing, exitsOf, failsAfter, isTest, mostPatient, patienceOf } from './patience.ts';
import { parseShell } from './shell.ts';
import type { If, Node, Script, Simple, Word } from './shell-tree.ts';
import { Variables } from './variables.ts';

const MAX_STEPS = 5_000;
/** Of all scripts of a container together; ConfigMaps hold up to a megabyte, scripts that wait a few lines. */
const MAX_CHARACTERS = 300_000;
const MAX_CALL_DEPTH = 10;
const MAX_VALUES = 20;
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh']);
const DECLARATIONS = new Set(['export', 'local', 'declare', 'typeset', 'readonly']);

export function callsOf(items: readonly Item[], variables: Variables, readFile: ReadFile): readonly Call[] {
  const runner = new Runner(readFile);
  runner.run(items, variables, atStart(items[0]?.path ?? []));
  return runner.calls;
}

class Runner {
  readonly calls: Call[] = [];
  private steps = 0;
  private characters = 0;
  private readonly functions = new Map<string, Script>();
  private readonly readFile: ReadFile;

  constructor(readFile: ReadFile) {
    this.readFile = readFile;
  }

  /** Runs an argument list. */
  run(
    argv: readonly (Argument & { readonly path?: Path })[],
    variables: Variables,
    at: Circumstances,
    input?: string,
  ): void {
    const [first, ...rest] = argv;
    if (first === undefined || at.depth > MAX_CALL_DEPTH || ++this.steps > MAX_STEPS) return;
    const program = baseName(first.text);
    const definition = this.functions.get(first.text);
    const deeper = { ...at, depth: at.depth + 1 };
    if (definition !== undefined) this.walkWith(definition, variables, rest, deeper);
    else if (DECLARATIONS.has(program)) declare(rest, variables);
    else if (program === 'set') setArguments(rest, variables);
    else if (program === 'shift') setValues(valuesOf(variables).slice(1), variables);
    else if (program === 'eval') this.walkText(rest.map(({ text }) => text).join(' '), variables, deeper);
    else if (PREFIXES.has(program)) {
      const inner = rest.slice(prefixLength(program, rest));
      this.run(inner, variables, { ...deeper, timed: at.timed || program === 'timeout' }, input);
    } else if (SHELLS.has(program)) this.runShell(rest, variables, deeper, input);
    else if (program === '.' || program === 'source') this.runFile(rest, variables, deeper);
    else if (!this.runFile(argv, variables.fork(), deeper)) this.emit(argv, variables, at, input);
  }

  private runShell(
    argv: readonly (Argument & { readonly path?: Path })[],
    variables: Variables,
    at: Circumstances,
    input?: string,
  ): void {
    const inner = variables.fork();
    inner.delete('-');
    let index = 0;
    let isText = false;
    for (; index < argv.length; index++) {
      const option = argv[index]?.text ?? '';
      if (!/^[-+]\w|^--\w/.test(option)) break;
      const letters = option.toLowerCase();
      if (!/^[-+][a-z]+$/.test(letters)) continue;
      if (letters.startsWith('-') && letters.includes('c')) isText = true;
      if (option.startsWith('-') && option.includes('e')) exitOnError(inner);
      if (letters.endsWith('o')) index++;
    }
    const script = argv[index];
    if (script === undefined) {
      if (input !== undefined) this.walkText(input, inner, at);
      return;
    }
    if (!isText) {
      this.runFile(argv.slice(index), inner, at);
      return;
    }
    // In the container's own list, Kubernetes' $(NAME) still stands: the script knows these variables too.
    const [name, ...values] = argv.slice(index + 1).map(({ text }) => text);
    setValues(values, inner);
    inner.set('0', name ?? 'sh');
    this.walkText(script.path === undefined ? script.text : script.source, inner, {
      ...at,
      path: script.path ?? at.path,
    });
  }

  /** Runs a mounted script; false when the path is none. */
  private runFile(argv: readonly Argument[], variables: Variables, at: Circumstances): boolean {
    const [path, ...rest] = argv.map(({ text }) => text);
    const file = path?.includes('/') ? this.readFile(path) : undefined;
    if (file === undefined || at.depth > MAX_CALL_DEPTH) return false;
    const inside = { ...at, file: { label: file.label, source: argv[0]?.source ?? '' } };
    const other = /^#!.*\b(python|node|ruby|perl|php)/.exec(file.text)?.[1];
    if (other !== undefined) this.emit([argument(other), argument('-c'), argument(file.text)], variables, inside);
    else {
      setValues(rest, variables);
      this.walkText(file.text, variables, inside);
    }
    return true;
  }

  private walkText(text: string, variables: Variables, at: Circumstances): void {
    this.characters += text.length;
    if (at.depth > MAX_CALL_DEPTH || this.steps > MAX_STEPS || this.characters > MAX_CHARACTERS) return;
    this.walk(parseShell(text), variables, at);
  }

  private walkWith(script: Script, variables: Variables, argv: readonly Argument[], at: Circumstances): void {
    const before = valuesOf(variables);
    setValues(
      argv.map(({ text }) => text),
      variables,
    );
    this.walk(script, variables, at);
    setValues(before, variables);
  }

  private walk(script: Script, variables: Variables, at: Circumstances): void {
    const fails = failsAfter(script);
    let isGuarded = at.conditional;
    for (const [index, step] of script.entries()) {
      if (this.steps > MAX_STEPS) return;
      const [before, next] = [script[index - 1], script[index + 1]];
      const isIgnored = step.next === '||' && next !== undefined && !exitsOf([next]).fails;
      const here: Circumstances = {
        ...at,
        success: step.negated ? !at.success : at.success,
        decides: at.decides || step.next !== ';',
        mayFail: at.mayFail || isIgnored,
        isForgiven: at.isForgiven || (isIgnored && doesNothing(next)),
        conditional: isGuarded || step.background || (before?.next === '&&' && looks([before])),
        goesOn: at.goesOn || (step.next === ';' && next !== undefined && !variables.get('-')?.includes('e')),
      };
      for (const node of step.nodes) this.walkNode(node, variables, here, fails[index] ?? false);
      isGuarded ||= isGuard(step, next, script);
    }
  }

  private walkNode(node: Node, variables: Variables, at: Circumstances, failsLater: boolean): void {
    if (++this.steps > MAX_STEPS) return;
    switch (node.type) {
      case 'simple':
        this.walkSimple(node, variables, at);
        return;
      case 'group':
        this.walk(node.body, variables, at);
        return;
      case 'function':
        this.functions.set(node.name, node.body);
        return;
      case 'if':
        this.walkIf(node, variables, at);
        return;
      case 'case':
        for (const arm of armsOf(node, variables)) this.walk(arm, variables, { ...at, decides: false });
        return;
      case 'loop': {
        const { test, body } = patienceOf(node, at, failsLater);
        const inside = { ...at, decides: false, goesOn: true };
        this.walk(node.test, variables, { ...inside, test: mostPatient(test, at.body), success: node.until });
        this.walk(node.body, variables, {
          ...inside,
          test: undefined,
          body: mostPatient(body, at.body),
          decides: asksForStatus(node),
        });
        return;
      }
      case 'for': {
        const { body } = patienceOf(node, at, failsLater);
        const inside = { ...at, test: undefined, body: mostPatient(body, at.body), decides: false, goesOn: true };
        const values = node.values.flatMap((word) => expandWord(word, variables)).slice(0, MAX_VALUES);
        // A counting loop runs the same commands each time.
        const isCounting = values.every((value) => !/[a-z]/i.test(value));
        for (const value of isCounting ? [values[0] ?? UNKNOWN] : values) {
          variables.set(node.name, value);
          this.walk(node.body, variables, inside);
        }
      }
    }
  }

  /** Branches that surely do not run are left out. */
  private walkIf({ tests, branches }: If, variables: Variables, at: Circumstances): void {
    const conditional = at.conditional || tests.some(looks);
    for (const [index, branch] of branches.entries()) {
      const test = tests[index];
      const answer = test && answerOf(test, variables);
      if (test !== undefined) this.walk(test, variables, { ...at, decides: true, mayFail: true });
      if (answer !== false) this.walk(branch, variables, { ...at, decides: false, conditional });
      if (answer === true) return;
    }
  }

  private walkSimple(node: Simple, variables: Variables, at: Circumstances): void {
    const asks = isTest(node);
    // The outcome of a substitution decides where it is compared or kept.
    const asked: Circumstances = { ...at, success: true, decides: true, mayFail: true };
    for (const { name, words } of node.assignments) {
      for (const word of words) this.walkSubstitutions(word, variables, asked);
      variables.set(name, words.map((word) => expandText(word, variables)).join(' '));
    }
    const isAnswered = asks && at.test !== undefined && answerOfNothing(node, variables) === at.success;
    const inTest = isAnswered ? { ...asked, test: undefined } : asked;
    const isDeclared = DECLARATIONS.has(node.words[0]?.source ?? '');
    for (const word of node.words) this.walkSubstitutions(word, variables, asks ? inTest : isDeclared ? asked : at);
    for (const { target } of node.redirects) {
      this.walkSubstitutions(target, variables, at);
      this.openDevice(expandText(target, variables), target.source, at);
    }
    if (asks) return;
    const argv = node.words.flatMap((word) =>
      expandWord(word, variables).map((text): Argument => ({ text, source: word.source })),
    );
    this.run(argv, variables, at, node.redirects.find(({ text }) => text !== undefined)?.text);
  }

  private walkSubstitutions(word: Word, variables: Variables, at: Circumstances): void {
    for (const part of word.parts) if (part.type === 'run') this.walk(part.script, variables, at);
  }

  /** `</dev/tcp/db/5432`: bash itself connects. */
  private openDevice(text: string, source: string, at: Circumstances): void {
    if (/^\/dev\/(?:tcp|udp)\//.test(text)) this.emit([{ text, source }], new Variables(), at);
  }

  private emit(
    argv: readonly (Argument & { readonly path?: Path })[],
    variables: Variables,
    at: Circumstances,
    input?: string,
  ): void {
    const patience = mostPatient(at.success ? at.test : undefined, at.decides ? at.body : undefined);
    this.calls.push({
      argv,
      path: argv[0]?.path ?? at.path,
      ...(at.file && { file: at.file }),
      ...(patience && { patience }),
      mayFail: at.mayFail,
      isForgiven: at.isForgiven,
      goesOn: at.goesOn,
      conditional: at.conditional,
      variables: variables.fork(),
      ...(input !== undefined && { input }),
    });
  }
}
