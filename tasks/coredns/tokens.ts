// A Corefile as words, each with its place in the text. Follows https://github.com/coredns/caddy/blob/master/caddyfile/lexer.go

export interface Token {
  /** Without the quotes, escapes resolved. */
  text: string;
  /** Where it begins, counted in code units; quotes belong to it. */
  start: number;
  /** Where it ends: the place after its last character. */
  end: number;
  /** Whether it begins a line. */
  isFirst: boolean;
}

/** What Go's unicode.IsSpace takes for a space; JavaScript's own class differs. */
const space = /[\t\n\v\f\r\u0085\p{Z}]/u;

/** Splits at spaces; a quoted word may hold some. A `#` begins a comment to the end of the line, or of the word it is in. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let place = text.startsWith('\uFEFF') ? 1 : 0;
  let isFirst = true;
  while (place < text.length) {
    const one = text[place] ?? '';
    if (one === '\n') isFirst = true;
    if (one === '#') place = endOfLine(text, place);
    else if (space.test(one)) place += 1;
    else {
      const token = one === '"' ? quotedToken(text, place) : bareToken(text, place);
      tokens.push({ ...token, isFirst });
      // A line break within quotes does not begin a new line for what follows.
      isFirst = false;
      // As CoreDNS reads 192.0.2.1#53: a comment within a word ends where the word does.
      place = text[token.end] === '#' && one !== '"' ? endOfWord(text, token.end) : token.end;
    }
  }
  return tokens;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while (end < text.length && !space.test(text[end] ?? '')) end += 1;
  return end;
}

function bareToken(text: string, start: number): Omit<Token, 'isFirst'> {
  let end = start;
  while (end < text.length && text[end] !== '#' && !space.test(text[end] ?? '')) end += 1;
  return { text: text.slice(start, end), start, end };
}

/** Only a quote can be escaped; any other backslash stays. */
function quotedToken(text: string, start: number): Omit<Token, 'isFirst'> {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const closed = Math.min(end + 1, text.length);
  return { text: text.slice(start + 1, end).replaceAll('\\"', '"'), start, end: closed };
}
