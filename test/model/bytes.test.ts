/** Two implementations of `Bytes`, one behaviour. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64 } from '../../src/model/base64.ts';
import { PLAIN_BYTES } from '../../src/model/bytes.ts';
import { NODE_BYTES } from '../../src/world/node-bytes.ts';
import { runs } from '../support/property.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Uint8Array.from(Buffer.from(`\ufeff${text}`))),
);

test("plain JavaScript's bytes and Node's give the same answers", () => {
  let texts = 0;
  fc.assert(
    fc.property(
      anyBytes,
      fc.nat(20),
      fc.nat(60),
      fc.string({ unit: 'binary', maxLength: 3 }),
      (bytes, start, end, text) => {
        const answers = [PLAIN_BYTES, NODE_BYTES].map((codec) => ({
          isUtf8: codec.isUtf8(bytes),
          latin1: codec.latin1(bytes, start, end),
          utf8: codec.utf8(bytes, start, end),
          encoded: [...codec.encode(text)],
          found: text === '' ? -1 : codec.find(bytes, text, start, end),
          any: codec.hasAny(bytes, text.replaceAll(/[^\0-\xff]/g, ''), start, end),
          lines: codec.linesExcept(bytes, ' #\n', start, end),
        }));
        assert.deepEqual(answers[0], answers[1]);
        if (answers[0]?.isUtf8) texts += 1;
      },
    ),
    runs(2000),
  );
  assert.ok(texts > 0);
});

test('text of more characters than a call takes arguments is decoded whole', () => {
  const bytes = Uint8Array.from({ length: 300_001 }, (_, at) => at % 256);
  assert.equal(PLAIN_BYTES.latin1(bytes, 1, bytes.length), NODE_BYTES.latin1(bytes, 1, bytes.length));
});

test('base64 is read as atob reads it', () => {
  const asAtob = (text: string): string | undefined => {
    try {
      return atob(text);
    } catch {
      return undefined;
    }
  };
  for (const text of [
    '',
    '=',
    '==',
    'a',
    'aa',
    'aaa',
    'aa=',
    'aa==',
    'aaa=',
    'aaaa',
    'aaaa=',
    'a a\n a\ta',
    'a-_a',
    '====',
    'YQ==YQ==',
  ])
    assert.equal(decodeBase64(text), asAtob(text), JSON.stringify(text));
  const digits = fc.string({ unit: fc.constantFrom(...'AZaz09+/= \n-'), maxLength: 12 });
  fc.assert(
    fc.property(digits, (text) => assert.equal(decodeBase64(text), asAtob(text))),
    runs(2000),
  );
});
