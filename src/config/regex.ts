/**
 * Regular expressions in RE2's syntax, by the package `re2js`: their time grows with expression × text, whatever they are.
 * A unit of its own, because few configs have one and the package takes twelve milliseconds to load.
 */
import { RE2JS, RE2JSException } from 're2js';
import type { NoPattern, Test } from './compiled.ts';

/** The test is true for texts in which the expression matches somewhere. */
export function compileRegex(expression: string): Test | NoPattern {
  if (expression === '')
    return { problem: 'is an empty regular expression', hint: 'write something between the slashes' };
  try {
    const compiled = RE2JS.compile(expression);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    return { problem: `is no regular expression: ${reason}`, hint: 'write it in the syntax of RE2' };
  }
}
