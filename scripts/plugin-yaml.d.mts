export function yamlForExecutable(yaml: string, of: { readonly program: string; readonly version: string }): string;
