/** The annotations that hookorder itself leaves on resources, so that a second run knows what the first one did. */

/** What the names of all of them begin with. */
export const OWN_PREFIX = 'hookorder.io/';
/** The name of a Job less what hookorder, or its chart's clock, made unique. */
export const BASE_NAME = 'hookorder.io/base-name';
/** On a hook copy: the original, as `ConfigMap/shop-config`. */
export const COPY_OF = 'hookorder.io/copy-of';
/** The hash of the config's `patch` that a resource has had: its operations need not be repeatable. */
export const PATCHED = 'hookorder.io/patched';
