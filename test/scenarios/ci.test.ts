/** docs/ci.md: its jobs, run as a pipeline would run them, in a repository with a base branch. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/files.ts';
import { type Helm, helmTest } from '../support/helm.ts';
import { fencesOf } from './documents.ts';
import { pathOf } from './scenario.ts';

const FENCES = fencesOf(readFileSync(join(ROOT, 'docs', 'ci.md'), 'utf8'));

/** The parsed YAML of the fence that begins with this comment. */
function jobsOf<Shape>(file: string): Shape {
  const fence = FENCES.find(({ text }) => text.startsWith(`# ${file}\n`));
  assert.ok(fence !== undefined, `docs/ci.md shows ${file}`);
  return parse(fence.text) as Shape;
}

/** A repository as the page assumes it, whose branch moves the smoke test; gives a function that runs a script in it. */
function checkOut(helm: Helm): { folder: string; shell: (script: string, expected?: number) => string } {
  for (const plugin of ['.', 'plugins/cli']) helm.succeed(['plugin', 'install', plugin], { cwd: ROOT });
  const folder = join(helm.folder, 'work');
  const bin = join(helm.folder, 'bin');
  for (const each of [folder, bin]) mkdirSync(each);
  symlinkSync(helm.binary, join(bin, 'helm'));
  const shop = { name: 'ordered-release', release: 'shop' };
  cpSync(pathOf(shop, 'chart'), join(folder, 'chart'), { recursive: true });
  cpSync(pathOf(shop, 'hookorder.yaml'), join(folder, 'hookorder.yaml'));
  writeFileSync(join(folder, 'values.yaml'), '{}\n');
  const shell = (script: string, expected = 0) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...helm.env,
        PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        GITHUB_BASE_REF: 'main',
        GIT_CONFIG_GLOBAL: '/dev/null',
      },
    });
    assert.equal(status, expected, `${script}\n${stdout}${stderr}`);
    return stdout;
  };
  shell(`git init -q . && git add . && git -c user.name=ci -c user.email=ci@example.com commit -qm base
    git update-ref refs/remotes/origin/main HEAD
    sed -i.bak 's/events: \\[post-install, post-upgrade\\]/events: [post-install]/' hookorder.yaml`);
  return { folder, shell };
}

helmTest('docs/ci.md: the GitHub job lints, and comments with the plan and what changed', ['4.2.3'], (helm) => {
  const { folder, shell } = checkOut(helm);
  const { jobs } = jobsOf<{ jobs: { hooks: { steps: { run?: string }[] } } }>('.github/workflows/hooks.yaml');
  const scripts = jobs.hooks.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  assert.match(scripts[0] ?? '', /^helm plugin install /);
  assert.match(scripts.at(-1) ?? '', /^gh pr comment /);
  for (const script of scripts.slice(1, -1)) shell(script);
  const comment = readFileSync(join(folder, 'comment.md'), 'utf8');
  assert.match(comment, /shop-db-migrate/);
  assert.match(comment, /Changes against the base branch[\s\S]*shop-smoke/);

  // What lint refuses still has a plan to look at.
  const [, render = '', , comments = ''] = scripts;
  shell(`git worktree remove --force ../base
    sed -i.bak 's/dependencies: copy/dependencies: fail/' hookorder.yaml`);
  shell(render);
  shell(comments);
  assert.match(readFileSync(join(folder, 'comment.md'), 'utf8'), /shop-db-migrate/);
});

helmTest('docs/ci.md: the GitLab job leaves a page and a report, and fails with lint', ['4.2.3'], (helm) => {
  const { folder, shell } = checkOut(helm);
  const { hooks } = jobsOf<{ hooks: { script: string[] } }>('.gitlab-ci.yml');
  const script = hooks.script.join('\n');
  shell(script);
  for (const file of ['plan.html', 'hookorder.xml']) assert.ok(existsSync(join(folder, file)), file);
  shell(`sed -i.bak 's/dependencies: copy/dependencies: fail/' hookorder.yaml`);
  shell(script, 1);
});

helmTest('docs/ci.md: the pre-commit hook stops an order that does not hold', ['4.2.3'], (helm) => {
  const { shell } = checkOut(helm);
  const { repos } = jobsOf<{ repos: { hooks: { entry: string }[] }[] }>('.pre-commit-config.yaml');
  const entry = repos[0]?.hooks[0]?.entry ?? '';
  shell(entry);
  shell(entry.replaceAll('./chart', './no-chart'), 2);
  shell(`sed -i.bak 's/dependencies: copy/dependencies: fail/' hookorder.yaml`);
  shell(entry, 1);
});
