export const PLATFORMS: Readonly<Record<string, { readonly zig?: string; readonly bun: string }>>;
export function hostPlatform(): string;
