/** Types of go.mjs, as far as tests use it. */
export function findGo(): { readonly path: string; readonly version: string } | undefined;
