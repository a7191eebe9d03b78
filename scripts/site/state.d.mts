/** What is on the playground. */
export interface State {
  readonly stream?: string;
  readonly config?: string;
  readonly target?: 'helm' | 'argocd';
  readonly wait?: boolean;
}
export function encodeState(state: State): Promise<string>;
export function decodeState(text: string): Promise<State | undefined>;
