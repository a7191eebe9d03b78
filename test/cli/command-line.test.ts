/** Flags as kubectl and helm read them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandLine, parseCommandLine } from '../../src/command-line.ts';

const TABLE = {
  valued: ['config', 'output', 'color'],
  switches: ['wait', 'help', 'verbose', 'no-config'],
  short: { c: 'config', o: 'output', h: 'help', v: 'verbose' },
};
const parse = (line: string | readonly string[]): CommandLine =>
  parseCommandLine(typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line, TABLE);

test('what words mean', () => {
  for (const { in: line, ...want } of [
    { in: '', values: {}, switches: [], operands: [] },
    { in: '-c x', values: { config: ['x'] }, switches: [], operands: [] },
    { in: '-cx', values: { config: ['x'] }, switches: [], operands: [] },
    { in: '-c=x', values: { config: ['x'] }, switches: [], operands: [] },
    { in: '-chookorder.yaml', values: { config: ['hookorder.yaml'] }, switches: [], operands: [] },
    { in: '-ojson', values: { output: ['json'] }, switches: [], operands: [] },
    { in: '-ohelp', values: { output: ['help'] }, switches: [], operands: [] },
    { in: '-vojson', values: { output: ['json'] }, switches: ['verbose'], operands: [] },
    { in: '-vo json', values: { output: ['json'] }, switches: ['verbose'], operands: [] },
    { in: '-cx=y', values: { config: ['x=y'] }, switches: [], operands: [] },
    { in: '--config=x=y', values: { config: ['x=y'] }, switches: [], operands: [] },
    { in: '-ca -cb --config c', values: { config: ['a', 'b', 'c'] }, switches: [], operands: [] },
    { in: '-c -', values: { config: ['-'] }, switches: [], operands: [] },
    { in: '--config=-x', values: { config: ['-x'] }, switches: [], operands: [] },
    { in: '--no-config', values: {}, switches: ['no-config'], operands: [] },
    { in: '--wait=true', values: {}, switches: ['wait'], operands: [] },
    { in: '--wait=false', values: {}, switches: [], operands: [] },
    { in: '--wait true', values: {}, switches: ['wait'], operands: ['true'] },
    { in: '-v=false', values: {}, switches: [], operands: [] },
    { in: 'plan - -c x f', values: { config: ['x'] }, switches: [], operands: ['plan', '-', 'f'] },
    { in: '-- -c --help', values: {}, switches: [], operands: ['-c', '--help'] },
  ]) {
    const { values, switches, operands, unknown, mistake } = parse(line);
    const got = { values: Object.fromEntries(values), switches: [...switches], operands };
    assert.deepEqual({ ...got, unknown, mistake }, { ...want, unknown: undefined, mistake: undefined }, line);
  }
});

test('what is not understood, and what to write', () => {
  for (const { in: line, want } of [
    { in: '-c', want: /^--config needs a value$/ },
    { in: '--config', want: /^--config needs a value$/ },
    { in: '--config=', want: /needs a value/ },
    { in: '--config --wait', want: /^--config needs a value$/ },
    { in: '-config x', want: /-config has one dash; did you mean --config\?/ },
    { in: '-output=json', want: /did you mean --output=json\?/ },
    { in: '-help', want: /did you mean --help\?/ },
    { in: '--wait=maybe', want: /--wait cannot be "maybe"/ },
    { in: ['--config x.yaml'], want: /^"--config x\.yaml" came as one word; write --config=x\.yaml$/ },
    { in: ['--config my file.yaml'], want: /write --config=my file\.yaml/ },
    { in: ['-c x.yaml'], want: /write --config=x\.yaml/ },
    { in: ['--config x.yaml --wait'], want: /write each flag as a word of its own/ },
    { in: ['--wait --config=x'], want: /write each flag as a word of its own/ },
  ])
    assert.match(parse(line).mistake ?? 'fine', want, String(line));
  for (const { in: line, want } of [
    { in: '--confg x', want: '--confg' },
    { in: '--confg=x', want: '--confg' },
    { in: '-x', want: '-x' },
    { in: '-hx', want: '-x (in -hx)' },
    { in: '--no-wait', want: '--no-wait' },
    { in: '--__proto__=x', want: '--__proto__' },
  ])
    assert.equal(parse(line).unknown, want, line);
});
