import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReleaseSize } from '../../src/check/size.ts';

const MIB = 1024 * 1024;

test('a release that nears what Helm can store is reported, with what hookorder adds to it', () => {
  for (const { name, bytes, before, after, message } of [
    { name: 'small', bytes: 0.4 * MIB, before: 0.4 * MIB, after: 0.4 * MIB, message: undefined },
    { name: 'large but it compresses', bytes: 5 * MIB, before: 0.3 * MIB, after: 0.31 * MIB, message: undefined },
    {
      name: 'near',
      bytes: 5 * MIB,
      before: 0.6 * MIB,
      after: 0.63 * MIB,
      message: /861 KiB of the 1024 KiB .* \(84 %\), 41 KiB of it added/,
    },
    {
      name: 'nothing added',
      bytes: 5 * MIB,
      before: 0.75 * MIB,
      after: 0.75 * MIB,
      message: /\(100 %\), 0 KiB of it added/,
    },
  ]) {
    const findings = checkReleaseSize(
      bytes,
      () => before,
      () => after,
    );
    assert.equal(findings.length, message === undefined ? 0 : 1, name);
    if (message !== undefined) assert.match(findings[0]?.message ?? '', message, name);
  }
});
