// Loaded by `node --require` before the executable: at the end of the run, what V8 has made of each of its scripts, with the functions that
// were compiled on the way, goes into the file that build/loader.cjs looks for.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { basename } = require('node:path');
const vm = require('node:vm');

const [, bundle] = process.argv;
const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    scripts.set(basename(options.filename, '.js'), this);
  }
};

const { reallyExit } = process;
process.reallyExit = (status) => {
  const [build] = /(?<=")[0-9a-f]{16}(?=")/.exec(readFileSync(bundle, 'latin1').slice(-4096));
  for (const [name, script] of status ? [] : scripts) {
    const path = `${bundle.slice(0, bundle.lastIndexOf('.'))}.${name}.cache`;
    // Renamed into place: a run beside this one finds a whole file.
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, Buffer.concat([Buffer.from(build, 'latin1'), script.createCachedData()]));
    renameSync(fresh, path);
  }
  reallyExit.call(process, status);
};
