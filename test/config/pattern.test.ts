import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePattern } from '../../src/config/pattern.ts';
import { runs } from '../support/property.ts';

const cases: readonly { readonly pattern: string; readonly yes: readonly string[]; readonly no: readonly string[] }[] =
  [
    { pattern: 'job', yes: ['job'], no: ['Job', 'jobs', 'a-job', ''] },
    { pattern: '*', yes: ['', 'a', 'a/b', 'a\nb'], no: [] },
    { pattern: '*-migrate', yes: ['-migrate', 'shop-db-migrate'], no: ['migrate', 'x-migrate-1'] },
    { pattern: 'shop-*', yes: ['shop-', 'shop-x'], no: ['shop', 'my-shop-x'] },
    { pattern: '*db*', yes: ['db', 'a-db-b'], no: ['d-b'] },
    { pattern: 'a*a', yes: ['aa', 'aba'], no: ['a'] },
    { pattern: 'ab*bc*c', yes: ['abbcc', 'ab-bc-c'], no: ['abc', 'abbc'] },
    { pattern: '**/job.yaml', yes: ['a/b/job.yaml'], no: ['job.yaml'] },
    { pattern: 'a?c', yes: ['abc', 'a/c', 'a😀c'], no: ['ac', 'abbc'] },
    { pattern: '[a-c]1', yes: ['a1', 'c1'], no: ['d1', '-1', 'A1'] },
    { pattern: '[!a-c]1', yes: ['d1'], no: ['a1', '1'] },
    { pattern: '[^a]', yes: ['b', '^'], no: ['a'] },
    { pattern: '[a-]', yes: ['a', '-'], no: ['b'] },
    { pattern: '[\\]\\-]', yes: [']', '-'], no: ['\\'] },
    { pattern: '[*?{]', yes: ['*', '?', '{'], no: ['a'] },
    { pattern: '{Job,Pod}', yes: ['Job', 'Pod'], no: ['JobPod', '{Job,Pod}', ''] },
    { pattern: 'a{,-v{1,2*}}', yes: ['a', 'a-v1', 'a-v2', 'a-v22'], no: ['a-v', 'a-v3', 'a-v1x'] },
    { pattern: '{a,b}*{c,d}', yes: ['ac', 'b--d'], no: ['ab', 'cd'] },
    { pattern: '{a*,*b}', yes: ['ax', 'xb'], no: ['xax'] },
    { pattern: 'a,b}]', yes: ['a,b}]'], no: ['a'] },
    { pattern: '\\*\\{\\/', yes: ['*{/'], no: ['x{/'] },
    { pattern: '/', yes: ['/'], no: ['a', ''] },
    { pattern: '/^job-\\d+$/', yes: ['job-12'], no: ['job-', 'a-job-1'] },
    { pattern: '/migrat(e|ion)/', yes: ['shop-migration-1'], no: ['Migrate'] },
    { pattern: '/(?i)job/', yes: ['myJOB'], no: ['jab'] },
    { pattern: '/\\/templates\\//', yes: ['a/templates/b'], no: ['templates'] },
  ];
for (const { pattern, yes, no } of cases)
  test(`pattern ${pattern}`, () => {
    const matches = compile(pattern);
    for (const text of yes) assert.ok(matches(text), `matches ${JSON.stringify(text)}`);
    for (const text of no) assert.ok(!matches(text), `does not match ${JSON.stringify(text)}`);
  });

for (const pattern of [
  '[a',
  '[',
  '[]',
  '[!]',
  '[z-a]',
  '[a-',
  '{a',
  '{a,{b}',
  'a\\',
  '[\\',
  '//',
  '/(/',
  '/a{2000}/',
  '/(?=a)/',
  `${'{'.repeat(200)}a${'}'.repeat(200)}`,
])
  test(`${pattern.slice(0, 20)} is no pattern, in words`, () => {
    const result = compilePattern(pattern);
    assert.ok(typeof result !== 'function');
    assert.match(result.problem, /^(has|is|ends|nests) /);
  });

test('globs mean what the same regular expression means', () => {
  const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '{a,b*}', '{,ab}', '\\*');
  const meaning: Readonly<Record<string, string>> = {
    '*': '.*',
    '?': '.',
    '[ab]': '[ab]',
    '[!a]': '[^a]',
    '{a,b*}': '(?:a|b.*)',
    '{,ab}': '(?:|ab)',
    '\\*': '\\*',
  };
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '/'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), text, (pieces, text) => {
      const regex = new RegExp(`^${pieces.map((piece) => meaning[piece] ?? piece).join('')}$`, 's');
      assert.equal(compile(pieces.join(''))(text), regex.test(text));
    }),
    runs(3000),
  );
});

/** A text that counts how often somebody looks at one of its characters. */
function countReads(text: string): { readonly text: string; readonly reads: () => number } {
  let reads = 0;
  const counting = Object.create(String.prototype, {
    [Symbol.iterator]: {
      *value() {
        for (const character of text) {
          reads++;
          yield character;
        }
      },
    },
  });
  return { text: counting as string, reads: () => reads };
}

test('a hostile glob reads each character of the text once', () => {
  const { text, reads } = countReads('a'.repeat(5000));
  assert.equal(compile(`${'*a?'.repeat(30)}{b,{c,d}}`)(text), false);
  assert.ok(reads() <= 5000, `${reads()} reads`);
});

test('hostile stars, braces and regular expressions come to an end', () => {
  const text = 'a'.repeat(20_000);
  for (const pattern of [
    '*a*a*a*a*a*a*a*a*b',
    `${'{a,b}'.repeat(200)}*c`,
    `${'{,a}'.repeat(100)}b`,
    '/(a+)+b/',
    '/(a|aa)+$b/',
  ])
    assert.equal(compile(pattern)(text), false, pattern);
});

function compile(pattern: string): (text: string) => boolean {
  const result = compilePattern(pattern);
  assert.ok(typeof result === 'function', `${pattern} is no pattern`);
  return result;
}
