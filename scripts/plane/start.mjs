// Starts a control plane for one caller, on a free port, with all of its files in one folder.
//
// It lasts as long as the process that started it: both of its processes end when their standard input does, also when that
// process is killed.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPlane } from './build.mjs';
import { connect, sleep } from './client.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** undefined where there is no Go. The caller must `close()`. */
export async function startPlane() {
  const executable = buildPlane();
  if (executable === undefined) return undefined;
  // A port that was free may be taken by another before the API server has it.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(executable);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startOnce(executable) {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-plane-'));
  const port = await freePort();
  const children = [];
  const run = (name, command, args) => {
    // Not a pipe: a process that writes to one which nothing reads any more dies before it has cleaned up.
    const log = openSync(join(folder, `${name}.log`), 'w');
    const child = spawn(command, args, { cwd: folder, stdio: ['pipe', log, log] });
    closeSync(log);
    child.stdin.on('error', () => {});
    children.push(child);
    return child;
  };
  const close = async () => {
    await Promise.all(children.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const api = connect(port, 'admin');
    const plane = run('plane', executable, [
      '-folder',
      folder,
      '-port',
      String(port),
      '-audit',
      here('audit.yaml'),
      '-remove',
    ]);
    await until(plane, folder, async () => (await api('GET', '/readyz')).body === 'ok');
    const kubelet = run('kubelet', process.execPath, [here('kubelet.mjs'), String(port), join(folder, 'certs')]);
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    await until(kubelet, folder, async () => (await api('GET', account)).code === 200);
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, configFor(`https://127.0.0.1:${port}`, 'helm'));
    const fate = (namespace, fates) => kubelet.stdin.write(`${JSON.stringify({ namespace, fates })}\n`);
    return { port, folder, kubeconfig, api, audit: auditLog(join(folder, 'audit.log')), fate, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for `ready` while `child` lives; at most two minutes. */
async function until(child, folder, ready) {
  const end = Date.now() + 120_000;
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > end) {
      const log = join(folder, 'plane.log');
      throw new Error(
        `the control plane does not start:\n${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : ''}`,
      );
    }
    await sleep(50);
  }
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.stdin.end();
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const configFor = (server, user) => `apiVersion: v1
kind: Config
current-context: plane
clusters: [{ name: plane, cluster: { server: "${server}", insecure-skip-tls-verify: true } }]
users: [{ name: ${user}, user: { token: ${user} } }]
contexts: [{ name: plane, context: { cluster: plane, user: ${user} } }]
`;

/** A function that gives the events of the audit log which came since the last call. */
function auditLog(file) {
  let offset = 0;
  let rest = '';
  return () => {
    if (!existsSync(file)) return [];
    const handle = openSync(file, 'r');
    const bytes = Buffer.alloc(fstatSync(handle).size - offset);
    offset += readSync(handle, bytes, 0, bytes.length, offset);
    closeSync(handle);
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop();
    return lines.map((line) => JSON.parse(line));
  };
}
