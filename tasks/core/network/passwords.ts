// Removes user and password from addresses before they are shown.

/** A password may hold a `/`, which is otherwise the end of a host: `//host:80/a@b` has none. */
const account = /\/\/(?:[^/\s:@[]*:(?!\d*\/)[^\s"'<>]+|[^/\s]+)@/g;

/** The text with `***` where an address has a user, a password or both: `https://me:secret@example.org`. */
export const withoutPasswords = (text: string): string => text.replaceAll(account, '//***@');
