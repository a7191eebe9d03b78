export declare function readFinding(text: string): {
  readonly severity: string;
  readonly title: string;
  readonly otherwise: Readonly<Record<string, string>>;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly resolve: string;
  readonly ignore: string;
};
