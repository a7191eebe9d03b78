// What is on the playground as a part of an address: JSON, deflated, in the alphabet of base64url. The site's build writes such links too.

/** Long enough for every chart, and short enough for every memory. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function encodeState(state) {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(state)));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Undefined for what is no such link. */
export async function decodeState(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    );
    const state = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes)));
    const isText = (value) => value === undefined || typeof value === 'string';
    return isText(state.stream) && isText(state.config) ? state : undefined;
  } catch {
    return undefined;
  }
}

async function through(transform, bytes) {
  const chunks = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    size += value.length;
    if (size > MOST_BYTES) throw new Error('too long');
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
