export interface KindRow {
  readonly group: string;
  readonly kind: string;
  readonly keepsData?: true;
  readonly makesSecrets?: readonly unknown[];
  readonly makesServices?: readonly string[];
  readonly argocdWaits?: true;
  readonly source: readonly string[];
  readonly example: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec?: object;
  };
  readonly gives?: { readonly secrets?: readonly string[]; readonly services?: readonly string[] };
}
export interface ProgramRow {
  readonly says: string;
  readonly programs: readonly string[];
  readonly variable?: string;
  readonly source: readonly string[];
  readonly example: readonly string[];
  readonly gives: object;
}
export interface ToolRow {
  readonly tool: string;
  readonly role: string;
  readonly source: readonly string[];
  readonly examples: readonly string[];
  readonly nearMisses?: readonly string[];
  readonly regex: RegExp;
}
export interface Rows {
  readonly kinds: readonly KindRow[];
  readonly programs: readonly ProgramRow[];
  readonly tools: readonly ToolRow[];
}
export declare function readKinds(text: string): readonly KindRow[];
export declare function readPrograms(text: string): readonly ProgramRow[];
export declare function readTools(text: string): readonly ToolRow[];
export declare function readRows(folder: string): Rows;
export declare function formatKnowledgeDoc(rows: Rows): string;
