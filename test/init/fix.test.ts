/** `init --fix`: what is cured, what is not and why, and that no config makes anything worse. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXPLANATIONS } from '../../src/knowledge/findings.generated.ts';
import { FINDING_CODES, type FindingCode } from '../../src/model/finding.ts';
import type { Target } from '../../src/model/target.ts';
import { assertGolden, CORPUS, ROOT, TESTDATA } from '../support/files.ts';
import { order } from '../support/pipeline.ts';
import { codesOf, fixOf, soundFix } from './fix.ts';

/** What no entry cures without harm, and why. */
const LEFT: Partial<Record<FindingCode, string>> = {
  'hook/annotation-misplaced': 'as a hook of upgrades alone the Job would no longer run at installs',
  'live/deleted-by-hook': 'the wait belongs into the script',
  'rights/not-bound': 'an entry adds no binding',
  'script/carriage-return': 'the script has to be saved with other line ends',
  'webhook/not-ready': 'which objects a webhook may leave out, people know',
  'name/too-long': 'the name comes from the release and the values',
  'argocd/deletion-order': 'Argo CD knows no order there',
  'release/list-anchor': 'Helm fails before any post-renderer reads the stream',
};

const isFound = (code: FindingCode, stream: string, target: Target): boolean =>
  order(stream, undefined, { target, scope: 'all', severity: 'warning', needsConfig: false }).findings.some(
    (finding) => finding.code === code && finding.severity !== 'info',
  );

for (const code of FINDING_CODES.filter((each) => !/^(?:input|config|order|export|flux)\//.test(each))) {
  const install = `${EXPLANATIONS[code].example.before}\n`;
  const target = code.startsWith('argocd/') ? 'argocd' : 'helm';
  // Others show what a config of the user's brings, or what is only worth knowing.
  if (/^kind: HookOrder$/m.test(install) || !isFound(code, install, target)) continue;
  const why = LEFT[code];
  test(`the example of ${code} is ${why === undefined ? 'cured' : `left: ${why}`}`, () => {
    const { cured, left } = soundFix({ install, target });
    assert.deepEqual(codesOf(left), why === undefined ? [] : [code]);
    assert.equal(codesOf(cured).includes(code), why === undefined);
  });
}

/** By stream and target, codes that are left. */
const LEFT_IN_CORPUS: Readonly<Record<string, readonly string[]>> = {
  // Its Job runs after rollbacks too, and a plain one would not.
  'openfga-postgres.yaml helm': ['refs/wait-cycle'],
  // As a plain resource it would come after the Jobs that talk to it.
  'zitadel-quickstart.yaml helm': ['hook/not-awaited'],
};

for (const file of readdirSync(CORPUS).filter((name) => name.endsWith('.yaml')))
  for (const target of ['helm', 'argocd'] as const)
    test(`${file}: nothing is left for ${target} that an entry could cure, and nothing is worse`, () => {
      const { left, text } = soundFix({ install: readFileSync(join(CORPUS, file)), target });
      assert.deepEqual(codesOf(left), LEFT_IN_CORPUS[`${file} ${target}`] ?? [], text);
    });

const CASES = join(ROOT, 'testdata', 'argocd', 'cases');
/** What people would write by hand, by the beginning of the file. */
const CURES: Readonly<Record<string, RegExp>> = {
  '01': /name: "\*-migrate" \}\n {4}events: \[pre-install, pre-upgrade\]/,
  '02': /kind: Job, name: "\*-migrate" \}\n {4}events: \[pre-install, pre-upgrade\]/,
  '03': /patch:\n {6}- \{ op: remove, path: "\/metadata\/annotations\/argocd.argoproj.io~1sync-wave" \}/,
  '04': /kind: PersistentVolumeClaim, .*\n {4}hook: false\n {4}patch:\n {6}- \{ op: remove, path: ".*sync-wave" \}/,
  '05': /hook: false\n {4}patch:\n {6}- \{ op: remove, path: \/spec\/ttlSecondsAfterFinished \}/,
  '06': /hook: false\n {4}jobName: hash\n {4}patch:\n {6}- \{ op: remove, path: ".*sync-options" \}/,
  '07': /kind: ClusterRoleBinding, .*\n {4}hook: false\n$/,
  '08': /kind: Job, .*\n {4}hook: false\n {4}jobName: hash\n/,
};
for (const file of readdirSync(CASES)) {
  const streams = readFileSync(join(CASES, file), 'utf8').split(/^(?=# expect: )/m);
  for (const [at, install] of streams.entries()) {
    const [, expected = ''] = /^# expect: (\w+)/.exec(install) ?? [];
    if (expected === '') continue;
    test(`${file} ${at + 1} is ${expected === 'silent' ? 'left alone' : 'cured'} for Argo CD`, () => {
      const { left, text, entries } = soundFix({ install, target: 'argocd' });
      assert.deepEqual(
        codesOf(left).filter((code) => code !== 'argocd/deletion-order'),
        [],
        text,
      );
      if (expected === 'silent')
        assert.deepEqual(
          entries.map(({ name }) => name),
          [],
        );
      const cure = CURES[file.slice(0, 2)];
      if (cure !== undefined) assert.match(text, cure);
    });
  }
}

const FOLDER = join(TESTDATA, 'init', 'fix');
for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.in.yaml'))) {
  const stem = name.replace('.in.yaml', '');
  const install = readFileSync(join(FOLDER, name), 'utf8');
  const own = readdirSync(FOLDER).includes(`${stem}.config.yaml`)
    ? { config: readFileSync(join(FOLDER, `${stem}.config.yaml`), 'utf8') }
    : {};
  const target = stem.startsWith('argocd-') ? 'argocd' : 'helm';
  test(`${stem.replaceAll('-', ' ')}: the config is as recorded`, () => {
    assertGolden(join(FOLDER, `${stem}.yaml`), soundFix({ install, target, ...own }).text);
  });
  test(`${stem.replaceAll('-', ' ')}: with that config there is nothing more to cure`, () => {
    const { text, left } = soundFix({ install, target, ...own });
    const again = fixOf({ install, target, config: text });
    assert.equal(again.text, text);
    assert.deepEqual(codesOf(again.left), codesOf(left));
  });
}

test('what has no fault gets no entry', () => {
  const { text } = soundFix({ install: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n' });
  assert.match(text, /^# hookorder init --fix: there is nothing that an entry cures\.\n[\s\S]*^hooks: \[\]$/m);
});
