// Reads values of properties as Spark does: booleans in any case. Pure.

/** Whether Spark takes a value for true: in any case, with blanks around (ConfigHelpers.toBoolean). */
export const isTrue = (value?: string): boolean => value?.trim().toLowerCase() === 'true';
