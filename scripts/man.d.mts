export function manPage(help: {
  readonly version: string;
  readonly overview: string;
  readonly pages: readonly { readonly name: string; readonly text: string }[];
}): string;
