/** The programs that hookorder runs below, as the operating system tells them. */

export interface Process {
  readonly pid: number;
  /** The path of its executable; absent when the operating system does not tell, as for programs of other users. */
  readonly executable?: string;
  /** The words of its command line, its own name first; empty when it has none. */
  readonly args: readonly string[];
  /** The Go modules of the executable, as it names them itself; undefined when it is not a Go program that can be read. */
  readonly goModules: () => GoModules | undefined;
}

export interface GoModules {
  /** The package of its `main`, such as `helm.sh/helm/v3/cmd/helm`. */
  readonly main: string;
  /** Its own module and all that it is built with. */
  readonly modules: readonly string[];
}

export interface Ancestry {
  /** The parent first. */
  readonly processes: readonly Process[];
  /** False when an ancestor could not be looked at, so that more of them are unknown. */
  readonly isWhole: boolean;
  /** True when stdin is the one that the first process of this container was given: what writes to it is outside, out of sight. */
  readonly stdinIsFromOutside: boolean;
}

/** The last part of a path. */
export const baseNameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? '';

const SHELLS = /^(sh|bash|dash|ash|ksh|mksh|zsh|fish|busybox)$/;
const INTERPRETERS = /^(node|nodejs|bun|deno|python[\d.]*|perl[\d.]*|ruby[\d.]*|php[\d.]*|pwsh|powershell|env)$/;

/** Where the script stands in the command line of an interpreter; undefined for other programs, and when the code is in the command line. */
export function scriptIndexOf({ executable, args }: Process): number | undefined {
  const names = [executable, args[0]].map((path) => programName(path ?? ''));
  const isShell = names.some((name) => SHELLS.test(name));
  if (!isShell && !names.some((name) => INTERPRETERS.test(name))) return undefined;
  for (const [at, word] of args.entries()) {
    if (at === 0) continue;
    if (!word.startsWith('-')) return at;
    if (isShell ? /^-[a-zA-Z]*c/.test(word) : /^-(c|e|m|p|pe|E|-eval|-print)$/.test(word)) return undefined;
  }
  return undefined;
}

/** `helm3` of `/opt/bin/helm3`, of `helm3.exe`, of a login shell's `-helm3`, and of a deleted `/opt/bin/helm3 (deleted)`. */
export const programName = (path: string): string =>
  baseNameOf(path.replace(/ \(deleted\)$/, ''))
    .replace(/^-/, '')
    .replace(/\.exe$/i, '');

/** All names that a process may have: of its executable, the one that it gives itself (argv[0]), and of the script that it runs. */
export function namesOf(process: Process): readonly string[] {
  const script = scriptIndexOf(process);
  const paths = [process.executable, process.args[0], script === undefined ? undefined : process.args[script]];
  return [...new Set(paths.flatMap((path) => (path === undefined ? [] : [programName(path)])))].filter(
    (name) => name !== '',
  );
}
