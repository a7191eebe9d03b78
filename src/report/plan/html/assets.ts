/** What a page that shows parts of the plan's page needs beside them: one style sheet and one script. */
import { REHEARSAL_STYLE } from './rehearsal.ts';
import { STYLE as PAGE_STYLE, SCRIPT } from './style.ts';

export const STYLE = `${PAGE_STYLE}${REHEARSAL_STYLE}`;
export { SCRIPT };
