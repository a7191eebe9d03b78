// The first lines of the executable that run: they find the code that a run needs, and compile no other.
//
// All code stands behind `//` in functions of the table `hookorderTexts`, one line each, which V8 skips thirty times faster than it reads
// code. `start` is what every run needs, `order` what a release with something to order needs besides, `waits` what reads the commands of hooks
// that may hang, `copies` what copies their dependencies, `rest` (compressed, because skipping costs by the byte) everything else, by name. Beside
// the executable may lie what V8 made of the others before (`npm run warm`): V8 takes that only where version, flags and length of the text are
// the same, and the first bytes say of which build it is.
const { closeSync, fstatSync, openSync, readSync } = require('node:fs');
const { Script } = require('node:vm');

/** For each script that has run: a function from the name of a part to what it exports. And these exports, once somebody asked. */
const hookorderShares = new Map();
const hookorderLoaded = new Map();
let hookorderRest;

function hookorderText(name) {
  const text = String(hookorderTexts[name]);
  return text.slice(text.indexOf('//') + 2, text.lastIndexOf('\n'));
}

/**
 * What V8 made of a text before, if it is there and this user's or root's own: in a folder like /tmp anybody may put a file beside the
 * executable. One read, as standard input is read: `readFileSync` would be one more thing to start.
 */
function hookorderCache(name) {
  try {
    const file = openSync(`${__filename.slice(0, __filename.lastIndexOf('.'))}.${name}.cache`);
    const { uid, size } = fstatSync(file);
    const buffer = Buffer.allocUnsafeSlow(size);
    readSync(file, buffer, 0, size, 0);
    closeSync(file);
    // On Windows everything is 0's.
    const isOurs = uid === 0 || uid === process.geteuid?.();
    return isOurs && buffer.latin1Slice(0, 16) === HOOKORDER_BUILD ? buffer.subarray(16) : undefined;
  } catch {
    return undefined;
  }
}

function hookorderRun(name) {
  const cachedData = hookorderCache(name);
  const script = new Script(hookorderText(name), {
    filename: `hookorder/${name}.js`,
    cachedData,
  });
  script.runInThisContext()(require, hookorderUnit, (share) => hookorderShares.set(name, share));
}

function hookorderUnit(name) {
  let exports = hookorderLoaded.get(name);
  if (exports !== undefined) return exports;
  const [script] = HOOKORDER_SCRIPTS.find(([, names]) => names.includes(name)) ?? [];
  if (script !== undefined && !hookorderShares.has(script)) hookorderRun(script);
  exports = script === undefined ? hookorderCompressed(name) : hookorderShares.get(script)(name);
  hookorderLoaded.set(name, exports);
  return exports;
}

function hookorderCompressed(name) {
  hookorderRest ??= JSON.parse(hookorderText('rest'));
  const code = require('node:zlib').brotliDecompressSync(Buffer.from(hookorderRest[name], 'base64')).toString();
  const module = { exports: {} };
  const load = (id) => (id.startsWith('./') ? hookorderUnit(id) : require(id));
  new Function('module', 'exports', 'require', 'hookorderUnit', code)(module, module.exports, load, hookorderUnit);
  return module.exports;
}

hookorderRun('start');
