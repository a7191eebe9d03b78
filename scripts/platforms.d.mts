export const PLATFORMS: Readonly<Record<string, string>>;
export function hostPlatform(): string;
