// Reads Excel sheets (.xlsx) as rows of texts.
import { unzipSync } from 'fflate';
import { usageFailure } from '../../core/failure.ts';
import { exportHint } from './bytes.ts';
import type { Row } from './table.ts';

/** A class list of 10,000 people unpacks to a few MB. */
const mostUnpacked = 200 * 1024 * 1024;

/** The sheets of a workbook that its readers see, in its order. Throws a usage Failure for other zip files and damaged ones. */
export async function readSheets(bytes: Uint8Array, label: string): Promise<{ name: string; rows: Row[] }[]> {
  const hidden = hiddenSheets(verifiedWorkbook(bytes, label));
  // The form for all platforms unpacks in memory, never more than the archive's directory says.
  const { default: readXlsx } = await import('read-excel-file/universal');
  const sheets = await readXlsx(new Blob([Uint8Array.from(bytes)])).catch((error: unknown) => {
    // Some programs leave out the places of cells, which standards allow and the reader does not.
    if (error instanceof TypeError)
      throw usageFailure(`${label} is an Excel file in a form that firesteel cannot read`, savedAgainHint);
    throw usageFailure(`${label} is a damaged Excel file: ${(error as Error).message}`, exportHint);
  });
  // A sheet that is a chart has no data.
  const tables = sheets.filter(({ data }) => Array.isArray(data));
  const seen = tables.filter((table) => !hidden.has(sheets.indexOf(table)));
  return (seen.length > 0 ? seen : tables).map(({ sheet, data }) => ({
    name: sheet,
    rows: data.map((cells, i) => ({ row: i + 1, cells: cells.map(cellText) })),
  }));
}

const savedAgainHint = 'open it in Excel or LibreOffice and save it again, or export the list as CSV (UTF-8)';

/** Places of hidden sheets in a workbook. */
function hiddenSheets(workbook: string): Set<number> {
  const sheets = [...workbook.matchAll(/<(?:\w+:)?sheet\s([^<>]*)>/g)];
  return new Set(sheets.flatMap(([, about = ''], i) => (/\bstate\s*=\s*["'](very)?hidden/i.test(about) ? [i] : [])));
}

const workbookFile = 'xl/workbook.xml';

/** Other programs' files by an entry that each has. */
const others: [entry: string, kind: string][] = [
  ['content.xml', 'an OpenDocument file (.ods or .odt)'],
  ['word/', 'a Word document (.docx)'],
  ['Index/', 'a file of Numbers or Pages'],
];

/** The text of xl/workbook.xml, once the archive is known to hold a workbook of usual size. */
function verifiedWorkbook(bytes: Uint8Array, label: string): string {
  let unpacked = 0;
  const names: string[] = [];
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        unpacked += originalSize;
        return name === workbookFile && originalSize < 1024 * 1024;
      },
    });
  } catch {
    throw usageFailure(`${label} is a damaged zip file`, exportHint);
  }
  if (!names.includes(workbookFile)) {
    const kind = others.find(([entry]) => names.some((name) => name.startsWith(entry)))?.[1];
    throw usageFailure(`${label} is ${kind ?? 'a zip file without an Excel workbook'}`, exportHint);
  }
  if (unpacked > mostUnpacked)
    throw usageFailure(`${label} unpacks to ${Math.round(unpacked / 1e6)} MB, expected at most 200 MB`, exportHint);
  return Buffer.from(files[workbookFile] ?? []).toString();
}

/** A cell as a CSV export would have it: numbers as Excel shows them, days as days. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  // Excel keeps 15 digits: the rest of a longer number is lost.
  if (typeof value === 'number' && Math.abs(value) >= 1e15) return value.toExponential().replace('e', 'E');
  // As Excel shows it: a person can be called True.
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
}
