/** Helm's own command line: which subcommand it is, and what it hands to a post-renderer. */

/**
 * Helm's flags that stand alone before a subcommand; each other flag without `=` takes the next word with it, also one that Helm does not
 * know [S cobra command.go stripFlags; helm pkg/cli/environment.go AddFlags].
 */
const SWITCHES = ['--debug', '--help', '-h', '--kube-insecure-skip-tls-verify'];

/** The first word that is no flag, which names the subcommand; `words` are those after the program's name. */
export function subcommandOf(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') return words[at + 1];
    if (!word.startsWith('-') || word === '-') return word;
    const takesNext = word.startsWith('--') ? !word.includes('=') : word.length === 2;
    if (takesNext && !SWITCHES.includes(word)) at++;
  }
  return undefined;
}

/** Only with this flag does a Helm run a post-renderer, and only `install`, `upgrade` and `template` have it [S Helm 3 and 4 pkg/cmd]. */
export const hasPostRenderer = (words: readonly string[]): boolean =>
  words.some((word) => word === '--post-renderer' || word.startsWith('--post-renderer='));

/** The values of `--post-renderer-args`, which become words of the post-renderer's command line, each as it is [X]. */
export function postRendererArgs(words: readonly string[]): readonly string[] {
  const FLAG = '--post-renderer-args';
  return words.flatMap((word, at) => {
    if (word.startsWith(`${FLAG}=`)) return [word.slice(FLAG.length + 1)];
    return word === FLAG && at + 1 < words.length ? [words[at + 1] as string] : [];
  });
}
