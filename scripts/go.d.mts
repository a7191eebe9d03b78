/** Types of go.mjs, as far as tests use it. */
export function findGo(): { readonly path: string; readonly version: string } | undefined;
export function runGo(args: readonly string[], folder?: string, more?: Readonly<Record<string, string>>): string;
export function placeOf(name: string, ingredients: readonly string[]): string;
export function buildOnce(path: string, build: (target: string) => void): string;
