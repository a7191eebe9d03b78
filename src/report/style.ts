/**
 * Colour as a parameter. Formatters call these functions and never know whether anything happens; every report must read
 * without colour, so a style adds emphasis and never meaning.
 */
type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly added: Paint;
  readonly removed: Paint;
}

const asIs: Paint = (text) => text;
const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`;

export const PLAIN: Style = {
  bold: asIs,
  dim: asIs,
  error: asIs,
  warning: asIs,
  info: asIs,
  added: asIs,
  removed: asIs,
};

/** The eight basic colours, which every terminal theme keeps readable. */
export const COLOURED: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  error: sgr(31, 39),
  warning: sgr(33, 39),
  info: sgr(36, 39),
  added: sgr(32, 39),
  removed: sgr(31, 39),
};
