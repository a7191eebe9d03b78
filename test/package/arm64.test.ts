/** The executable for another processor, run by qemu where Debian's qemu-user-static and libstdc++6-arm64-cross are installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXECUTABLE, ROOT } from '../support/files.ts';
import { makeArtefacts, unpack, VERSION } from '../support/release-artefacts.ts';

const LIBRARIES = '/usr/aarch64-linux-gnu';
const QEMU = 'qemu-aarch64-static';

test('the executable for linux-arm64 does what the bundle does', (t) => {
  if (!existsSync(join(LIBRARIES, 'lib', 'libstdc++.so.6')) || spawnSync(QEMU, ['--version']).status !== 0) {
    return t.skip('no qemu for arm64 with its libraries here');
  }
  const artefacts = makeArtefacts('linux-arm64');
  try {
    unpack(artefacts.read(`hookorder-${VERSION}-linux-arm64.tgz`), artefacts.folder);
    const args = ['plan', '-c', join(ROOT, 'testdata', 'charts', 'demo', 'hookorder.yaml')];
    const input = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: shop-db-migrate\nspec: {template: {spec: {}}}\n';
    const run = (command: string, before: string[]) => {
      const { status, stdout, stderr } = spawnSync(command, [...before, ...args], { input, encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    const bundle = run(process.execPath, [EXECUTABLE]);
    assert.notEqual(bundle.status, 70);
    assert.deepEqual(run(QEMU, ['-L', LIBRARIES, join(artefacts.folder, 'hookorder', 'hookorder')]), bundle);
  } finally {
    artefacts.close();
  }
});
