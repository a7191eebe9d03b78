#!/usr/bin/env node
// The command on Node: loads render.cjs, which lies beside it, and runs it.
//
// V8 needs 12 to 25 ms to compile render.cjs at each start. The install hook of the plugin (scripts/code-cache.mjs) keeps what V8 made of it in
// a file. Such a file is code, so with any doubt about it this file is compiled from its source instead: it must be a regular file, no
// symbolic link, of root or of this user, writable by no other user, and consist of render.cjs itself and twice the same bytes, so that no
// changed, lost or zeroed byte goes unseen. (A SHA-256 in place of the second copy would cost 3 to 8 ms, because Node loads its cryptography for it.)
// V8 itself checks that it fits this version and its flags.
'use strict';
const { closeSync, constants, fstatSync, openSync, readFileSync, readSync } = require('node:fs');
const { Script } = require('node:vm');

const BUNDLE = `${__dirname}/render.cjs`;
/** Where the cache for this Node is, if there is one. */
const CACHE = `${__dirname}/render-${process.version}-${process.arch}.cache`;
/** Several times what it is, in bytes. */
const LARGEST = 16 * 1024 * 1024;

function start() {
  const source = readFileSync(BUNDLE);
  const { run } = execute(compile(source, readCache(source)));
  // Everything is written by then. `process.exit` does the same after a millisecond of events that no code here listens to.
  process.reallyExit(run(process.argv.slice(2)));
}

/** As Node compiles a CommonJS module. */
function compile(source, cachedData) {
  const code = `(function (exports, require, module, __filename, __dirname) { ${source.toString('latin1')}\n})`;
  return new Script(code, { filename: BUNDLE, cachedData });
}

function execute(script) {
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, BUNDLE, __dirname);
  return bundle.exports;
}

/** What V8 made of `source` before; undefined where there is none or any doubt about it. */
function readCache(source) {
  try {
    return partOf(readOwn(CACHE), source);
  } catch {
    return undefined;
  }
}

/** The bytes of a file that only root or this user can have written; undefined for any other. Throws where there is none. */
function readOwn(path) {
  // Windows has neither owners nor modes here.
  if (process.geteuid === undefined) return undefined;
  // O_NONBLOCK, because opening a named pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    const isOwn = status.uid === 0 || status.uid === process.geteuid();
    if (!status.isFile() || !isOwn || (status.mode & 0o022) !== 0 || status.size > LARGEST) return undefined;
    const bytes = Buffer.allocUnsafeSlow(status.size);
    return readSync(file, bytes, 0, status.size, 0) === status.size ? bytes : undefined;
  } finally {
    closeSync(file);
  }
}

/** The code of a cache file, which is `source` and twice that code. */
function partOf(bytes, source) {
  if (bytes === undefined) return undefined;
  const length = (bytes.length - source.length) / 2;
  if (!Number.isInteger(length) || length <= 0) return undefined;
  const [first, second] = [source.length, source.length + length];
  const isWhole =
    source.equals(bytes.subarray(0, first)) && bytes.subarray(first, second).equals(bytes.subarray(second));
  return isWhole ? bytes.subarray(first, second) : undefined;
}

module.exports = { BUNDLE, CACHE, compile, execute, readCache, start };
if (require.main === module) start();
