// Says in plain words what is wrong with a YAML text, and how to write it.

/** What the parser has found. */
interface Found {
  code: string;
  message: string;
}

const mergeConflict = 'has marks of a merge conflict in Git: keep one of the two sides';
const tooDeep = 'is nested too deeply';
const anyLine = 'expected "key: value", with a blank behind the colon';

/** Plain words by what the parser says; `$1` is what the pattern holds. The first that fits. */
const words: readonly (readonly [says: RegExp, words: string])[] = [
  [/\n(?:<{7}|={7}|>{7})/, mergeConflict],
  [/^Maximum call stack/, tooDeep],
  [/^Map keys must be unique/, 'the same key twice in one map'],
  [/^Source contains multiple documents/, 'expected one document, got a second one after "---"'],
  [/^Tabs are not allowed/, 'indented with a tab: use blanks'],
  [/^Plain value cannot start with .*?(\S)(?: at line|$)/, 'a value cannot begin with $1: put the value in quotes'],
  [/^Nested mappings are not allowed/, 'a second key in one value: put the value in quotes, or indent the key below'],
  [/^Block collections are not allowed within/, 'a second ":" in one item: put the item in quotes'],
  [
    /^All (?:mapping|sequence) items must start/,
    'the indent fits no line above: indent lines of one map or list alike',
  ],
  [/^Block scalar values .* indented/, 'the lines of this text must be indented'],
  [
    /^Block scalar header includes extra/,
    'a text after "|" or ">" begins on the next line; otherwise put it in quotes',
  ],
  [/^Missing closing (["'])/, 'the quote $1 is not closed'],
  [/^Invalid escape sequence (\S{1,6})/, '$1 means nothing in double quotes: use single quotes'],
  [/^Flow (?:map|sequence) .*end with a (.)/, 'the bracket is not closed: expected "$1"'],
  [/^Unexpected block-seq-ind/, 'a list begins on the line below its key'],
  [
    /^Unexpected (?:scalar|.*-quoted-scalar|alias) at node end/,
    'a value goes on behind its end: put all of it in quotes',
  ],
  [/^Unexpected flow-(?:map|seq)-end token.*"(.)"/, '"$1" closes nothing: put the value in quotes'],
  [/^Unexpected (?:, in|empty item)/, 'a comma too many'],
  [/^Missing ,/, 'a comma is missing between two items'],
  [/^Comments must be separated/, 'a comment needs a blank before "#"; otherwise put the value in quotes'],
  [/^Unresolved tag: tag:yaml\.org,2002:(\S+)/, 'the value does not fit its tag !!$1: omit the tag'],
  [/^Unresolved tag: (\S+)/, 'unknown tag $1: omit the tag, or put the value in quotes'],
  [/^(?:Alias|Anchor) cannot be an empty/, 'a value cannot begin with "&" or "*": put the value in quotes'],
  [/^Implicit (?:map )?keys need to/, anyLine],
  [/^Unexpected \S+ (?:token|at node end)/, anyLine],
  [/^Excessive alias count/, 'its aliases stand for too many values: write the values out'],
];

/** What to do about a fault of a YAML text, without place and excerpt. */
export function plainSyntax({ message }: Pick<Found, 'message'>): string {
  for (const [says, said] of words) {
    const found = says.exec(message);
    if (found) return said.replace('$1', found[1] ?? '');
  }
  return message.replace(/( at line \d+, column \d+)?:?\n[\s\S]*$/, '');
}

/** Whether a fault follows from one before it: the parser has lost its place. */
export const isLost = ({ code }: Pick<Found, 'code'>): boolean => ['UNEXPECTED_TOKEN', 'MISSING_CHAR'].includes(code);

/** Whether these words stand for all faults of a text, and are given once. */
export const isSaidOnce = (text: string): boolean => text === tooDeep || text === mergeConflict;
