/** Base64 without the platform: one character per byte comes out. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Undefined for what is no base64. Blanks and line breaks do not count, and the padding may be missing. */
export function decodeBase64(text: string): string | undefined {
  const compact = text.replaceAll(/[ \t\n\f\r]/g, '');
  const digits = compact.length % 4 === 0 ? compact.replace(/={1,2}$/, '') : compact;
  if (digits.length % 4 === 1) return undefined;
  let [bits, held, bytes] = [0, 0, ''];
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += String.fromCharCode((bits >> held) & 0xff);
  }
  return bytes;
}
