/** What rooms without Node may use of a runtime besides the language. */

/** For files of src/ that are loaded at need; scripts/walls.mjs refuses all others. */
declare const require: (path: string) => unknown;

declare class TextEncoder {
  encode(text: string): Uint8Array;
}

declare class TextDecoder {
  constructor(encoding?: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
