/** The control plane itself: what starts one can rely on it, and nothing is left behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findGo } from '../../scripts/go.mjs';
import { ROOT } from '../support/files.ts';

/** `npm run plane`, as a user starts it: the plane's folder, and the process. */
async function startByHand() {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'plane.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const kubeconfig = /^export KUBECONFIG=(.*)$/m.exec(text)?.[1];
      if (kubeconfig !== undefined) resolve(kubeconfig);
    });
    child.on('exit', (code) => reject(new Error(`npm run plane has ended with ${code}`)));
  });
  const port = /127\.0\.0\.1:(\d+)/.exec(readFileSync(printed, 'utf8'))?.[1];
  return { child, folder: join(printed, '..'), port: Number(port) };
}

/** Whether anything listens on the port. */
const isServed = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

async function gone(description: string, still: () => boolean | Promise<boolean>) {
  for (let tries = 0; tries < 200; tries++) {
    if (!(await still())) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${description} is still there`);
}

test('two planes run side by side; a killed starter leaves no process and no folder', async (t) => {
  if (findGo() === undefined) return t.skip('NO GO HERE: the control plane cannot be built, so nothing was tested');
  const planes = await Promise.all([startByHand(), startByHand()]);
  try {
    assert.notEqual(planes[0].port, planes[1].port);
    for (const { port, folder } of planes) assert.ok((await isServed(port)) && existsSync(folder));
    planes[0].child.kill('SIGKILL');
    planes[1].child.kill('SIGTERM');
    for (const { port, folder } of planes) {
      await gone(`port ${port}`, () => isServed(port));
      await gone(folder, () => existsSync(folder));
    }
  } finally {
    for (const { child } of planes) child.kill('SIGKILL');
  }
});
