// QR codes, for paper and for terminals.
import { renderSVG, renderUnicodeCompact } from 'uqr';

/** A QR code as SVG, without script, style or outside reference. */
export const qrSvg = (text: string): string =>
  renderSVG(text, { ecc: 'M', border: 2, pixelSize: 1 }).replace(
    '<svg ',
    '<svg role="img" aria-label="QR code of the link" shape-rendering="crispEdges" ',
  );

/** A QR code for a terminal: black on white, whatever the terminal's colours are. */
export const qrText = (text: string): string =>
  renderUnicodeCompact(text, { ecc: 'L', border: 2 })
    .split('\n')
    // The characters are the white parts.
    .map((line) => `\u001b[97;40m${line}\u001b[0m`)
    .join('\n');
