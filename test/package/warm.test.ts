/** What V8 made of the executable before, in files beside it: it is taken where it fits, and nothing but time depends on it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EXECUTABLE, ROOT } from '../support/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookorder-warm-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const bundle = join(folder, 'hookorder.cjs');
cpSync(EXECUTABLE, bundle);
const witness = join(folder, 'witness.cjs');
writeFileSync(
  witness,
  `const vm = require('node:vm');
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    console.error(options.cachedData === undefined ? 'none' : this.cachedDataRejected ? 'rejected' : 'taken');
  }
};`,
);

const EXAMPLES = join(ROOT, 'scripts', 'warm');
const caches = (): string[] => readdirSync(folder).filter((file) => file.endsWith('.cache'));

/** The output, and what became of the caches of the scripts that such a run loads. */
function render(example: string, folder = EXAMPLES): { readonly output: string; readonly caches: string } {
  const config = join(folder, `${example}.hookorder.yaml`);
  const args = ['--require', witness, bundle, '--now', '0', '--config', config, join(folder, `${example}.yaml`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return { output: stdout, caches: stderr.trim().replaceAll('\n', ' ') };
}

function warm(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'warm.mjs'), bundle], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

test('without caches the executable does the same', () => {
  for (const [example, scripts] of [
    ['ordered', 4],
    ['scripts', 3],
    ['waits', 2],
  ] as const) {
    for (const file of caches()) rmSync(join(folder, file));
    const cold = render(example);
    assert.equal(cold.caches, Array(scripts).fill('none').join(' '));
    warm();
    assert.deepEqual(
      caches(),
      ['copies', 'order', 'start', 'waits'].map((script) => `hookorder.${script}.cache`),
    );
    assert.deepEqual(render(example), { output: cold.output, caches: Array(scripts).fill('taken').join(' ') });
  }
});

test('the same source gives the same executable, which its caches still fit', () => {
  const before = readFileSync(EXECUTABLE, 'utf8');
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.ok(readFileSync(EXECUTABLE, 'utf8') === before);
});

const HOOK = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: migrate
        command: [COMMAND]
`;

const WAIT = 'sh, -c, until migrate; do sleep 1; done';
const LOADED = [
  { what: 'nothing to order', kind: 'CronJob', command: 'migrate', scripts: 1 },
  { what: 'a hook that surely waits for nothing', kind: 'Job', command: 'migrate', scripts: 2 },
  { what: 'a hook that waits for what is there', kind: 'Job', command: WAIT, scripts: 2 },
  { what: 'a hook that may hang', kind: 'Job', command: WAIT, event: 'pre-install', scripts: 3 },
  { what: 'a hook that has copies', kind: 'Job', command: 'migrate', dependencies: 'copy', scripts: 3 },
];

for (const { what, kind, command, dependencies = 'fail', event = 'post-install', scripts } of LOADED)
  test(`${what} loads what it needs`, () => {
    warm();
    writeFileSync(join(folder, 'hook.yaml'), HOOK.replace('COMMAND', command));
    writeFileSync(
      join(folder, 'hook.hookorder.yaml'),
      `apiVersion: hookorder.io/v1\nkind: HookOrder\ndefaults: {dependencies: ${dependencies}}\nhooks: [{name: hook, match: {kind: ${kind}}, events: [${event}], optional: true}]\n`,
    );
    assert.equal(render('hook', folder).caches, Array(scripts).fill('taken').join(' '));
  });

const SPOILED: readonly { readonly name: string; readonly spoil: (cache: Buffer) => Buffer; readonly want: string }[] =
  [
    {
      name: 'of another build',
      spoil: (cache) => Buffer.concat([Buffer.alloc(16, 'f'), cache.subarray(16)]),
      want: 'none',
    },
    { name: 'of another V8', spoil: (cache) => cache.fill(0x55, 20, 24), want: 'rejected' },
    { name: 'cut short', spoil: (cache) => cache.subarray(0, cache.length / 2), want: 'rejected' },
    { name: 'empty', spoil: () => Buffer.alloc(0), want: 'none' },
  ];

for (const { name, spoil, want } of SPOILED)
  test(`a cache ${name} is left alone`, () => {
    warm();
    const { output } = render('ordered');
    for (const file of caches()) writeFileSync(join(folder, file), spoil(readFileSync(join(folder, file))));
    assert.deepEqual(render('ordered'), { output, caches: `${want} ${want} ${want} ${want}` });
  });

test('a cache of somebody else is left alone', {
  skip: process.getuid?.() !== 0 && 'only root gives files away',
}, () => {
  warm();
  const { output } = render('ordered');
  for (const file of caches()) chownSync(join(folder, file), 12345, 12345);
  assert.deepEqual(render('ordered'), { output, caches: 'none none none none' });
});

test('an executable that does not run is told of, and no cache is written', () => {
  const broken = join(folder, 'broken.cjs');
  writeFileSync(broken, 'throw new Error("broken")');
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'warm.mjs'), broken], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /broken/);
  assert.deepEqual(
    caches().filter((file) => file.startsWith('broken')),
    [],
  );
});
