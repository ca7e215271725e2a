// Whether the tests of a document's subject run the commands that the document shows.
import { readFileSync } from 'node:fs';
import { verbs } from '../../scripts/cli/verbs.ts';
import { projectPath } from '../../tasks/core/paths.ts';

/** Verbs whose first word says what they do, as an action does. */
const withKinds = ['shell'];

/** A verb, its action or kind, and its flags; names and values are the reader's own. */
function fixedWords(words: readonly string[]): string[] {
  const [name = '', second = ''] = words;
  const verb = verbs[name];
  const isAction = (verb && 'actions' in verb) || withKinds.includes(name);
  return [name, ...(isAction ? [second] : []), ...words.filter((word) => word.startsWith('--'))];
}

/** The commands of a document, as a person types them. */
const commandsOf = (document: string): string[] =>
  [...readFileSync(projectPath('docs', document), 'utf8').matchAll(/\bnpx firesteel ([^\n`#<]*[^\n`#<\s])/g)].map(
    ([, words = '']) => words,
  );

/** Commands of a document of which no command that ran has the verb, the action and every flag. */
export const notRun = (document: string, ran: readonly (readonly string[])[]): string[] =>
  commandsOf(document).filter((command) => {
    const fixed = fixedWords(command.split(' '));
    return !ran.some((words) => words[0] === fixed[0] && fixed.every((word) => words.includes(word)));
  });
