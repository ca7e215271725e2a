// Lays out text for a terminal of any width: wrapped lines, and rows as columns or stacked.

/** A text in lines of at most `width` columns; those after the first begin with `indent` blanks. */
export function wrapped(text: string, width: number, indent = 0): string {
  const blank = ' '.repeat(indent);
  return text
    .split('\n')
    .map((line) => {
      const lines: string[] = [];
      let current = '';
      for (const word of line.split(' ')) {
        const next = current === '' ? word : `${current} ${word}`;
        const isFull = next.length > width && current.trim() !== '';
        if (isFull) lines.push(current);
        current = isFull ? `${blank}${word}` : next;
      }
      return [...lines, current].join('\n');
    })
    .join('\n');
}

/** Two columns; the second one is wrapped. */
export function listed(rows: readonly (readonly [label: string, text: string])[], width: number): string {
  const label = Math.max(...rows.map(([one]) => one.length)) + 2;
  if (width < label + 24) return rows.map(([one, text]) => wrapped(`${one}: ${text}`, width, 2)).join('\n');
  return rows.map(([one, text]) => wrapped(`${one.padEnd(label)}${text}`, width, label)).join('\n');
}

/** What a value is, and where it comes from. */
export interface ValueRow {
  label: string;
  value: string;
  source: string;
}

/** Label, value and source in columns, or below each other where a row would not fit. */
export function valueTable(rows: readonly ValueRow[], width: number): string {
  const all = [{ label: 'SETTING', value: 'VALUE', source: 'SOURCE' }, ...rows];
  const widest = (key: keyof ValueRow) => Math.max(...all.map((row) => row[key].length));
  const [label, value] = [widest('label'), widest('value')];
  if (label + value + widest('source') + 4 > width)
    return rows.map((row) => wrapped(`${row.label}: ${row.value} (${row.source})`, width, 2)).join('\n');
  return all.map((row) => `${row.label.padEnd(label)}  ${row.value.padEnd(value)}  ${row.source}`.trimEnd()).join('\n');
}
