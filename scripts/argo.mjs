// Builds test/argo/oracle, Argo CD's own sync code over a cluster in memory, once per machine, and prints its path. Needs Go, and some minutes
// of a processor the first time.
//
// A module of its own: the replace lines of gitops-engine's go.mod do not reach those who use it, so they stand in the oracle's too.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, findGo, placeOf, runGo } from './go.mjs';

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test', 'argo', 'oracle');

/** The path of the oracle; undefined where there is no Go. */
export function findArgoOracle() {
  const go = findGo();
  if (go === undefined) return undefined;
  const sources = ['main.go', 'go.mod', 'go.sum'].map((file) => readFileSync(join(FOLDER, file), 'utf8'));
  return buildOnce(placeOf('argo/oracle', [...sources, go.version, process.platform, process.arch]), (target) => {
    console.error("building Argo CD's sync code: some minutes");
    // It wants a newer Go than most machines have: then Go gets that.
    runGo(['build', '-mod=readonly', '-buildvcs=false', '-ldflags', '-s -w', '-o', target, '.'], FOLDER, {
      GOTOOLCHAIN: 'auto',
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = findArgoOracle();
  if (path !== undefined) console.log(path);
  else {
    console.error('no Go here');
    process.exitCode = 1;
  }
}
