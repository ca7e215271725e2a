// Removes user and password from addresses before they are shown.

/** The text with `***` where an address has a user, a password or both: `https://me:secret@example.org`. */
export const withoutPasswords = (text: string): string => text.replaceAll(/\/\/[^/\s]+@/g, '//***@');
