/** Types of documents.mjs, as far as tests use it. */
import type { Document } from '../../test/truth/record.ts';

export interface Settings {
  readonly hook?: string;
  readonly weight?: number;
  readonly policy?: string;
  readonly keep?: boolean;
  readonly v?: number;
  readonly finalizer?: boolean;
  readonly outcome?: 'succeed' | 'fail' | 'hang' | 'run';
  readonly seconds?: number;
  readonly ready?: number;
  readonly grace?: number;
  readonly needs?: string;
  readonly claim?: string;
  readonly image?: string;
  readonly restart?: 'Always' | 'OnFailure' | 'Never';
  readonly spec?: object;
}

type Make = (name: string, settings?: Settings) => Document;
export const job: Make;
export const refusedJob: Make;
export const pod: Make;
export const deployment: Make;
export const statefulSet: Make;
export const configMap: Make;
export const secret: Make;
export const account: Make;
export const service: Make;
export const claim: Make;
export const definition: (settings?: Settings) => Document;
export const claimSpec: object;
