// Addresses as they may be shown: without the user and password that some have.

/** The text with `***` where an address has a user, a password or both: `https://me:secret@example.org`. */
export const withoutPasswords = (text: string): string => text.replaceAll(/\/\/[^/\s]+@/g, '//***@');
