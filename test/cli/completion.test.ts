/** Completion: what is offered for a command line, and that bash, zsh and fish take it where this machine has them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { FINDING_CODES } from '../../src/model/finding.ts';
import { runCli } from '../support/cli.ts';
import { COMMAND, ROOT } from '../support/files.ts';
import { HELM_4, helmTest } from '../support/helm.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-completion-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

/** The words that are offered, and whether file names are, too. */
function offered(...words: readonly string[]): { words: readonly string[]; files: boolean } {
  const { stdout, status } = runCli(['__complete', ...words]);
  assert.equal(status, 0);
  const lines = stdout.trimEnd().split('\n');
  const directive = lines.pop();
  assert.ok(directive === ':0' || directive === ':4', stdout);
  return { words: lines.map((line) => line.split('\t')[0] ?? ''), files: directive === ':0' };
}

const OFFERS: readonly (readonly [line: readonly string[], words: readonly string[], files: boolean])[] = [
  [['pl'], ['plan'], true],
  [['plan', ''], [], true],
  [['plan', '-o', ''], ['text', 'json', 'mermaid', 'markdown', 'html', 'svg'], false],
  [['plan', '--output', 'm'], ['mermaid', 'markdown'], false],
  [['plan', '--output=m'], ['--output=mermaid', '--output=markdown'], false],
  [['lint', '-o', ''], ['text', 'compact', 'json', 'github', 'sarif', 'junit'], false],
  [['diff', '-o', ''], ['text', 'unified', 'summary', 'json'], false],
  [['-c', 'x.yaml', 'lint', '--fail-on', ''], ['error', 'warning', 'never'], false],
  [['plan', '--target='], ['--target=helm', '--target=argocd'], false],
  [['export', '--to', ''], ['flux', 'kustomize'], false],
  [['rehearse', '--operation', 'u'], ['upgrade', 'uninstall'], false],
  [['render', '--er'], ['--errors'], false],
  [['--fail'], ['--fail-on'], false],
  [['plan', '--config', ''], [], true],
  [['plan', '-f', ''], [], true],
  [['plan', '--release', ''], [], false],
  [['plan', '--', '-'], [], true],
  [['completion', ''], ['bash', 'zsh', 'fish'], false],
  [['schema', ''], [], false],
  [['watch', ''], [], false],
  [['adopt', ''], [], false],
  [['adopt', 'shop', ''], [], true],
  [['explain', 'refs/waits-f'], ['refs/waits-forever', 'refs/waits-for-deleted-hook'], false],
];

test('what is offered for a command line', () => {
  for (const [line, words, files] of OFFERS) {
    const offers = offered(...line);
    assert.deepEqual([offers.words.toSorted(), offers.files], [words.toSorted(), files], line.join(' '));
  }
  assert.deepEqual(offered('explain', '').words, FINDING_CODES);
  assert.ok(offered('').words.includes('rehearse'));
});

test('every offered flag is taken, and says what it is where the help has a line for it', () => {
  for (const command of ['render', 'plan', 'lint', 'diff', 'why', 'export']) {
    const { words } = offered(command, '--');
    assert.equal(new Set(words).size, words.length);
    for (const flag of words) {
      const { stderr } = runCli([command, flag, 'x', '--help']);
      assert.doesNotMatch(stderr, /has no flag/, `${command} ${flag}`);
    }
  }
  assert.match(runCli(['__complete', 'plan', '--outp']).stdout, /^--output\ttext \(default\), json/);
});

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** The program under its name, and what `completion` prints for the shell. */
function setUp(shell: string): { script: string; env: NodeJS.ProcessEnv } {
  const program = join(FOLDER, 'hookorder');
  writeFileSync(program, `#!/bin/sh\nexec ${COMMAND.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  const script = join(FOLDER, `completion.${shell}`);
  writeFileSync(script, runCli(['completion', shell]).stdout);
  writeFileSync(join(FOLDER, 'stream-of-mine.yaml'), '');
  return { script, env: { ...process.env, PATH: `${FOLDER}${delimiter}${process.env['PATH']}` } };
}

/** As each shell is asked what it would offer for a line. zsh has no such question outside of its editor, so the two functions that show offers print. */
const ASK: Readonly<Record<string, string>> = {
  bash: `source "$1"; COMP_LINE=$2; COMP_POINT=\${#2}; _hookorder; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p hookorder`,
  zsh: `_describe() { print -l -- "\${(@P)2}" }; _files() { print FILES }; source "$1"; words=("\${(@s: :)2}"); CURRENT=$#words; _hookorder`,
  fish: `source $argv[1]; complete -C $argv[2]`,
};

for (const shell of ['bash', 'zsh', 'fish'])
  test(`${shell} completes`, { skip: !has(shell) && `there is no ${shell} on this machine` }, () => {
    const { script, env } = setUp(shell);
    const ask = (line: string): string => {
      const args =
        shell === 'fish' ? ['-c', ASK[shell] ?? '', script, line] : ['-c', ASK[shell] ?? '', shell, script, line];
      const { status, stdout, stderr } = spawnSync(shell, args, { env, cwd: FOLDER, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return stdout;
    };
    assert.match(ask('hookorder pl'), /^plan\b/m);
    assert.match(ask('hookorder plan -o '), /^mermaid$/m);
    // bash replaces only what stands behind the =.
    assert.match(ask('hookorder plan --output=js'), shell === 'bash' ? /^json$/m : /^--output=json$/m);
    assert.match(ask('hookorder explain refs/waits-f'), /^refs\/waits-forever$/m);
    const files = ask('hookorder lint stream-of');
    assert.match(
      files,
      shell === 'bash' ? /complete -o default -F _hookorder/ : shell === 'zsh' ? /^FILES$/m : /^stream-of-mine\.yaml/m,
    );
    assert.doesNotMatch(ask('hookorder plan --release str'), /FILES|stream-of-mine/);
  });

test('a shell that is not known is refused with those that are', () => {
  for (const args of [['completion'], ['completion', 'tcsh']]) {
    const { status, stderr } = runCli(args);
    assert.equal(status, 2);
    assert.match(stderr, /completion bash\|zsh\|fish/);
  }
});

helmTest('helm completes commands, flags and values of `helm hookorder`', HELM_4, (helm) => {
  helm.succeed(['plugin', 'install', 'plugins/cli'], { cwd: ROOT });
  const ask = (...words: readonly string[]): string =>
    helm.succeed(['__complete', 'hookorder', ...words], { cwd: ROOT });
  assert.match(ask(''), /^completion$/m);
  assert.match(ask('plan', '--out'), /^--output/m);
  assert.match(ask('plan', '--output', 'm'), /^mermaid\n(?:.*\n)*:4$/m);
  assert.match(ask('lint', '--fail-on', ''), /^warning$/m);
  assert.match(ask('explain', 'refs/waits-f'), /^refs\/waits-forever$/m);
});
