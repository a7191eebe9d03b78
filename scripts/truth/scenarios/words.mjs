// Short words for scenarios: their operations, and questions to what was seen.

export const install = (chart, ...flags) => ({ helm: 'install', chart, flags });
export const upgrade = (chart, ...flags) => ({ helm: 'upgrade', chart, flags });
export const retry = (chart, ...flags) => ({ helm: 'upgrade', chart, flags: ['--install', ...flags] });
export const rollback = (to, ...flags) => ({ helm: 'rollback', to, flags });
export const uninstall = (...flags) => ({ helm: 'uninstall', flags });
export const test = (...flags) => ({ helm: 'test', flags });
/** The longest that Helm waits, in seconds. */
export const within = (timeout, operation) => ({ ...operation, timeout });
export const meanwhile = (operation, ...deeds) => ({ ...operation, meanwhile: deeds });

/** The objects that were created or applied, in order. */
export const created = ({ steps }) =>
  steps.filter((step) => /^(create|apply|patch) [^:]*$/.test(step)).map((step) => step.replace(/^\S+ /, ''));
export const deleted = ({ steps }) =>
  steps.filter((step) => /^delete [^:]*$/.test(step)).map((step) => step.replace(/^\S+ /, ''));
/** Whether these steps were done in this order, others between them. */
export function does({ steps }, ...wanted) {
  let at = -1;
  return wanted.every((step) => {
    at = steps.indexOf(step, at + 1);
    return at !== -1;
  });
}
export const lastStatus = ({ release }) => release.at(-1)?.split(' ')[1];
export const has = ({ world }, object) => world[object] !== undefined;
/** Made anew by the operation of this number. */
export const madeBy = ({ world }, object) => world[object]?.made;
export const failed = ({ exit }) => exit !== 0;
export const worked = ({ exit }) => exit === 0;
