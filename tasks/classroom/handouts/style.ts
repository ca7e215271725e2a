// The style of hand-outs, for screens and for paper in A4 and US Letter.

/** The style sheet of all hand-outs. Fonts are the reader's own: a hand-out loads nothing. */
export const style = `
@page { margin: 11mm 14mm }
* { box-sizing: border-box }
html { color-scheme: light; color: #1b1f24; background: #e7e9ec; font: 10pt/1.4 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
body { margin: 0 }
main { max-width: 190mm; margin: 8mm auto; padding: 11mm 13mm; background: #fff; box-shadow: 0 1px 5px #0003 }
header { display: flex; justify-content: space-between; gap: 6mm; padding-bottom: 1.5mm; border-bottom: .6mm solid #c2410c; color: #57606a }
header span, h1 { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere }
h1 { margin: 4mm 0 3.5mm; font-size: 19pt; line-height: 1.25 }
h2 { margin: 4.5mm 0 1.5mm; font-size: 12pt; line-height: 1.3 }
.way-in { display: flex; align-items: center; gap: 7mm; padding: 4mm 6mm; border: .3mm solid #c9d1d9; border-radius: 2.5mm; break-inside: avoid }
.way-in div { flex: 1; min-width: 0 }
.way-in svg { flex: none; width: 40mm; height: 40mm }
dl { margin: 0 }
dt { color: #57606a; font-size: 9pt }
dd { margin: 0 0 3mm; overflow-wrap: anywhere }
dd:last-child { margin-bottom: 0 }
dd a { color: #0b4fa8; font-size: 11pt }
.whole { white-space: nowrap }
.code { font: 600 23pt/1.25 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: nowrap }
.host, .fingerprint { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
.fingerprint { display: block; margin: .8mm 0; font-size: 9pt; overflow-wrap: anywhere }
ol { margin: 0; padding-left: 6mm }
li { margin: 0 0 .8mm }
table { width: 100%; border-collapse: collapse; font-size: 9pt; line-height: 1.35 }
td { padding: .9mm 0; border-top: .2mm solid #d8dee4; vertical-align: top }
td:first-child { width: 27%; padding-right: 4mm; font-weight: 600 }
kbd { padding: 0 1mm; border: .2mm solid #8c959f; border-radius: .8mm; font: inherit; font-size: 9pt }
footer { margin-top: 3.5mm; color: #57606a; font-size: 8.5pt }
@media (max-width: 40em) {
  main { margin: 0; padding: 5mm }
  .way-in { flex-direction: column-reverse; align-items: stretch }
  .way-in svg { align-self: center }
  .code { font-size: 17pt }
}
@media print {
  html { background: none }
  main { max-width: none; margin: 0; padding: 0; box-shadow: none; break-after: page }
  main:last-of-type { break-after: auto }
}
`;
