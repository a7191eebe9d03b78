/** Words for the place where they are read: inside Helm, the program is a command of Helm. */
import type { System } from './system.ts';

type World = Pick<System, 'env'>;

/** What people type to run this program again. Helm sets the variable for its plugins. */
const programName = ({ env }: World): string =>
  (env['HELM_PLUGIN_NAME'] ?? '') === '' ? 'hookorder' : 'helm hookorder';

/** A text with the commands in it, which stand between backticks, as they are typed here. */
export const asTyped = (text: string, world: World): string =>
  text.replaceAll(/(`|\| )hookorder (?=[a-z-])/g, `$1${programName(world)} `);

/** The same for a page of help, where commands begin lines or stand behind a pipe. */
export const helpAsTyped = (text: string, world: World): string =>
  asTyped(text.replaceAll(/(^ *|\| )hookorder (?=[a-z])/gm, `$1${programName(world)} `), world);
