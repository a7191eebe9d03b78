export const run = (): number => {
  throw new Error('not yet');
};
