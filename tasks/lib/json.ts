// A class of the Kubernetes client as JSON.

/** The same fields as they travel: a time is text, and no name has the `_` that keeps it apart from a word of TypeScript. */
export type Json<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Name in keyof T as Name extends `_${infer Plain}` ? Plain : Name]: Json<T[Name]> }
      : T;
