/** `Bytes` with Node's Buffer: at 5 MB a tenth of the time that plain JavaScript takes. */
import { isUtf8 } from 'node:buffer';
import { type Bytes, linesExcept } from '../model/bytes.ts';

const view = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

export const NODE_BYTES: Bytes = {
  isUtf8,
  latin1: (bytes, start, end) => view(bytes).toString('latin1', start, end),
  utf8: (bytes, start, end) => view(bytes).toString('utf8', start, end),
  encode: (text) => Buffer.from(text, 'utf8'),
  find: (bytes, text, start, end) => {
    const at = view(bytes).subarray(start, end).indexOf(text);
    return at < 0 ? at : start + at;
  },
  hasAny: (bytes, some, start, end) => {
    const range = view(bytes).subarray(start, end);
    for (let at = 0; at < some.length; at++) if (range.includes(some.charCodeAt(at))) return true;
    return false;
  },
  linesExcept: (bytes, known, start, end) => linesExcept(view(bytes).toString('latin1', start, end), known, start),
};
