/** What rooms without Node may use of a runtime besides the language. */

/** For files of src/ that are loaded at need; scripts/walls.mjs refuses all others. */
declare const require: (path: string) => unknown;
