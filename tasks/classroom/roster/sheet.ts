// Reads Excel sheets (.xlsx) as rows of texts.
import { unzipSync } from 'fflate';
import { usageFailure } from '../../core/failure.ts';
import { exportHint } from './bytes.ts';
import type { Row } from './table.ts';

/** A class list of 10,000 people unpacks to a few MB. */
const mostUnpacked = 200 * 1024 * 1024;

/** The sheets of a workbook, in its order. Throws a usage Failure for other zip files and damaged ones. */
export async function readSheets(bytes: Uint8Array, label: string): Promise<{ name: string; rows: Row[] }[]> {
  verifyWorkbook(bytes, label);
  // The form for all platforms unpacks in memory, never more than the archive's directory says.
  const { default: readXlsx } = await import('read-excel-file/universal');
  const sheets = await readXlsx(new Blob([Uint8Array.from(bytes)])).catch((error: unknown) => {
    throw usageFailure(`${label} is a damaged Excel file: ${(error as Error).message}`, exportHint);
  });
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    rows: data.map((cells, i) => ({ row: i + 1, cells: cells.map(cellText) })),
  }));
}

/** Other programs' files by an entry that each has. */
const others: [entry: string, kind: string][] = [
  ['content.xml', 'an OpenDocument file (.ods or .odt)'],
  ['word/', 'a Word document (.docx)'],
  ['Index/', 'a file of Numbers or Pages'],
];

function verifyWorkbook(bytes: Uint8Array, label: string): void {
  let unpacked = 0;
  const names: string[] = [];
  try {
    unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        unpacked += originalSize;
        return false;
      },
    });
  } catch {
    throw usageFailure(`${label} is a damaged zip file`, exportHint);
  }
  if (!names.includes('xl/workbook.xml')) {
    const kind = others.find(([entry]) => names.some((name) => name.startsWith(entry)))?.[1];
    throw usageFailure(`${label} is ${kind ?? 'a zip file without an Excel workbook'}`, exportHint);
  }
  if (unpacked > mostUnpacked)
    throw usageFailure(`${label} unpacks to ${Math.round(unpacked / 1e6)} MB, expected at most 200 MB`, exportHint);
}

/** A cell as a CSV export would have it: numbers as Excel shows them, days as days. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  // Excel keeps 15 digits: the rest of a longer number is lost.
  if (typeof value === 'number' && Math.abs(value) >= 1e15) return value.toExponential().replace('e', 'E');
  return String(value);
}
