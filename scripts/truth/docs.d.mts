/** Types of docs.mjs, as far as tests use it. */
export function factsPage(template: string, record: unknown): string;
