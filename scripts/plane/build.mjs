// Builds the control plane (go/) once per machine.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, findGo, placeOf, runGo } from '../go.mjs';

const SOURCES = fileURLToPath(new URL('go/', import.meta.url));

/** What the API server says it is: the version of k8s.io/kubernetes in go.mod. Helm compares it with a chart's kubeVersion. */
function versionFlags(module) {
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(module);
  const set = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return [
    '-s -w',
    ...Object.entries(set).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`),
  ].join(' ');
}

/** The path of the executable; undefined where there is no Go. The first time takes five to ten minutes of two cores. */
export function buildPlane() {
  if (findGo() === undefined) return undefined;
  const files = readdirSync(SOURCES).sort();
  const texts = files.map((file) => readFileSync(join(SOURCES, file), 'utf8'));
  const ingredients = [...texts, findGo().version, process.platform, process.arch];
  return buildOnce(placeOf('plane/plane', ingredients), (target) => {
    console.error('building the control plane: five to ten minutes, once on this machine');
    const folder = mkdtempSync(join(tmpdir(), 'hookorder-plane-'));
    try {
      for (const file of files) copyFileSync(join(SOURCES, file), join(folder, file));
      const flags = [
        '-mod=readonly',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        versionFlags(texts[files.indexOf('go.mod')]),
      ];
      runGo(['build', ...flags, '-o', target, '.'], folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
