// A real Kubernetes control plane on this machine, for tests and for a look by hand. Needs Go, and nothing else.
//
//   npm run plane                 builds it once, starts one, and says how to use it; Ctrl-C ends it
//   npm run plane -- --build      only builds it
import { buildPlane } from './plane/build.mjs';
import { startPlane } from './plane/start.mjs';

if (process.argv.includes('--build')) {
  const path = buildPlane();
  if (path !== undefined) console.log(path);
  else noGo();
} else {
  const plane = await startPlane();
  if (plane === undefined) noGo();
  else {
    console.log(`export KUBECONFIG=${plane.kubeconfig}`);
    console.error(
      `the audit log is ${plane.folder}/audit.log; Pods end by annotation, see scripts/plane/kubelet.mjs; Ctrl-C ends it`,
    );
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => plane.close().then(() => process.exit(0)));
  }
}

function noGo() {
  console.error('NO GO HERE: the control plane is built from Go modules; install Go 1.26 or later');
  process.exitCode = 1;
}
