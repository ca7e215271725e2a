// Questions in plain lines, with what is typed at each.
import { promptsOn } from '../../scripts/cli/prompts/plain.ts';

/** A prompter that reads these lines, and all that it has said. */
export function withLines(...lines: string[]) {
  const said: string[] = [];
  const prompts = promptsOn({
    line: async () => lines.shift() ?? Promise.reject(new Error('nothing more was typed')),
    say: (text) => void said.push(text),
  });
  return { prompts, said };
}
