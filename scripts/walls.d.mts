export declare const ROOMS: Readonly<Record<string, readonly string[]>>;
export declare function findViolations(planted?: Readonly<Record<string, string>>): Promise<readonly string[]>;
