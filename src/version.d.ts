/** The version in package.json; the build puts it in. */
declare const HOOKORDER_VERSION: string;
