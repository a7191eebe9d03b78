/** The newest Argo CD that hookorder knows; its rules of syncs have been the same since 2.0, its hooks of deletions are dated in deletion.ts. */
export const NEWEST_ARGO = '3.6';
