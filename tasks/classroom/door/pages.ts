// The pages of the door itself: the texts of docker/door/pages/ in one frame. Pure.
import { Failure } from '../../core/failure.ts';
import { escaped } from '../handouts/page.ts';

/** Each is a file of that name with `.html`. */
const names = [
  'ask',
  'check',
  'cookies',
  'elsewhere',
  'join',
  'leave',
  'no-session',
  'paused',
  'refused',
  'waiting',
  'wrong',
] as const;

/** What the pages say of a class. */
export interface PageSettings {
  /** The class as its pages name it. */
  title: string;
  /** When seats end; browsers forget theirs then. */
  end: Date;
}

/** Replaces each `${name}`; throws Failure for a name without a value. */
export const filledIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Failure(`docker/door: no value for \${${name}}`);
    return value;
  });

/** The day on which seats end, at this machine's clock, as in `18 December 2026`. */
const dayOf = (end: Date): string =>
  end.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** Every page by the name of its file; `read` reads a file of docker/door/. */
export function doorPages({ title, end }: PageSettings, read: (name: string) => string): Record<string, string> {
  const frame = read('page.html');
  const values = { class: escaped(title), until: dayOf(end), form: read('code-form.html').trimEnd() };
  return Object.fromEntries(
    names.map((name) => {
      const body = filledIn(read(`pages/${name}.html`), values).trimEnd();
      return [`${name}.html`, filledIn(frame, { ...values, heading: headingOf(body), body })];
    }),
  );
}

/** A title of a page knows no commands of nginx. */
const headingOf = (body: string): string =>
  (/<h1>(.*)<\/h1>/.exec(body)?.[1] ?? '').replaceAll(/<!--.*?-->/g, '').replace(/[, ]+$/, '');
