// How numbers of things are shown.

/** `1 seat`, `2 seats`, of a noun that takes an s. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
