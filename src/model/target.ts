/** Who deploys the release (`--target`). */
export const TARGETS = ['helm', 'argocd'] as const;
export type Target = (typeof TARGETS)[number];
