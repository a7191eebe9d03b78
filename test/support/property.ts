import fc from 'fast-check';

/** How often a property is tried; HOOKORDER_RUNS multiplies it for a long search. */
export const runs = (count: number): { numRuns: number } => ({
  numRuns: count * Number(process.env['HOOKORDER_RUNS'] ?? 1),
});

// A failure shows what went wrong, not only for which input.
fc.configureGlobal({ includeErrorInReport: true });
