// Lists names in one line, however many there are.

/** The first `most` of them, and how many more there are: `ada, alan and 3 more`. */
export const listed = (names: readonly string[], most: number): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;
