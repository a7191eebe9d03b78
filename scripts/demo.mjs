// Renders an example chart through the real plugin in a throw-away Helm home, and shows the order, the diff and a refusal.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHelm } from './helm.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const example = join('testdata', 'charts', 'ordered-release');
const chart = join(example, 'chart');
const config = join(example, 'hookorder.yaml');
const helm = findHelm('4');
if (helm === undefined) {
  console.error('the demo needs Helm 4: put one on PATH, or name it in HELM_BIN');
  process.exit(1);
}

const home = mkdtempSync(join(tmpdir(), 'hookorder-demo-'));
const env = {
  ...process.env,
  HELM_DATA_HOME: join(home, 'data'),
  HELM_CONFIG_HOME: join(home, 'config'),
  HELM_CACHE_HOME: join(home, 'cache'),
  HELM_PLUGINS: join(home, 'data', 'plugins'),
  KUBECONFIG: join(home, 'no-cluster'),
};
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[0m` : text);
const title = (text) => console.log(`\n${bold(`# ${text}`)}`);

/** Runs a command; shows it as a reader would type it, and what it prints. */
function run(command, args, { shown, input, expect = 0, print = (text) => text } = {}) {
  if (shown !== undefined) console.log(bold(`$ ${shown}`));
  const result = spawnSync(command, args, { cwd: ROOT, env, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (shown !== undefined) process.stdout.write(print(`${result.stdout}${result.stderr}`.trimEnd()).concat('\n'));
  if (result.status !== expect) {
    console.error(`${basename(command)} ${args.join(' ')}: status ${result.status}\n${result.stderr}`);
    process.exit(1);
  }
  return result.stdout;
}
const hookorder = (args, options) => run(process.execPath, [join(ROOT, 'dist', 'hookorder.cjs'), ...args], options);

/** Kind, name and hook annotations of each document; the whole stream would fill the screen. */
function heads(stream) {
  return stream
    .split(/^---.*$/m)
    .filter((document) => /^kind:/m.test(document))
    .map((document) => {
      const kind = /^kind: (.+)$/m.exec(document)[1];
      const name = /^ {2}name: (.+)$/m.exec(document)?.[1];
      const hook = [...document.matchAll(/^ {4}"?helm\.sh\/(hook[\w-]*)"?: (.+)$/gm)].map((m) => `  ${m[1]}: ${m[2]}`);
      return [`${kind}/${name}`, ...hook].join('\n');
    })
    .join('\n');
}

title('The order is written down outside the chart');
console.log(`${bold(`$ cat ${config}`)}\n${readFileSync(join(ROOT, config), 'utf8').trimEnd()}`);

title('What Helm would run, and when');
const plain = run(helm, ['template', 'shop', chart]);
hookorder(['plan', '-c', config], { input: plain, shown: `helm template shop ${chart} | hookorder plan -c ${config}` });

title('What changes in the stream');
hookorder(['diff', '-c', config], { input: plain, shown: `helm template shop ${chart} | hookorder diff -c ${config}` });

title('The same inside Helm: installed as a plugin, run by Helm itself');
run(helm, ['plugin', 'install', ROOT], { shown: 'helm plugin install .' });
const postRender = (file) => [
  ...['install', 'shop', chart, '--dry-run=client'],
  ...['--post-renderer', 'hookorder', '--post-renderer-args', `--config=${file}`],
];
run(helm, postRender(config), { shown: `helm ${postRender(config).join(' ')}`, print: heads });

title('A mistake in the config stops the release before anything reaches the cluster');
const wrong = join(home, 'hookorder.yaml');
writeFileSync(wrong, readFileSync(join(ROOT, config), 'utf8').replace('pre-upgrade', 'pre-upgrad'));
run(helm, postRender(wrong), {
  shown: `helm ${postRender('wrong.yaml').join(' ')}`,
  expect: 1,
  print: (text) => text.replaceAll(wrong, 'wrong.yaml'),
});
