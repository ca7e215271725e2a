// Finds where a Corefile forwards other zones, and replaces only those servers.
import { Failure } from '../core/failure.ts';
import { type Token, tokensOf } from './tokens.ts';

/** The TO arguments of `forward .` in the server block of zone `.`. */
export interface ForwardTargets {
  /** As written, such as /etc/resolv.conf, 192.0.2.1 or tls://192.0.2.1. */
  servers: string[];
  /** Place of the first one in the text, and the place after the last one. */
  start: number;
  end: number;
}

/** How many servers `forward` takes: https://coredns.io/plugins/forward/ */
export const mostServers = 15;

interface Directive {
  name: Token;
  /** Up to the end of its line or its own `{`. */
  args: Token[];
}

interface ServerBlock {
  keys: string[];
  directives: Directive[];
}

/** Failure if the text leaves open where names are forwarded: it says what stands in the way. */
export function forwardTargets(text: string): ForwardTargets {
  const [block, otherBlock] = rootBlocks(serverBlocks(tokensOf(text)));
  if (!block) throw refusal('has no server block for zone "."');
  if (otherBlock) throw refusal('has several server blocks for zone "."');
  const named = (name: string) =>
    block.directives.filter((one) => one.name.text === name && one.args[0] && isRoot(one.args[0].text));
  const [forward, otherForward] = named('forward');
  if (otherForward) throw refusal('forwards zone "." several times');
  if (!forward && named('proxy').length > 0)
    throw refusal('forwards with the plugin proxy of Kubernetes 1.13 and older');
  if (!forward) throw refusal('does not forward zone "."');
  const [, ...targets] = forward.args;
  const [first, last] = [targets[0], targets.at(-1)];
  if (!first || !last) throw refusal('forwards zone "." to no server');
  return { servers: targets.map((token) => token.text), start: first.start, end: last.end };
}

/** The text with these servers to forward to, at most 15. Every other byte is kept. Failure as `forwardTargets`. */
export function withForwardTargets(text: string, servers: readonly string[]): string {
  if (servers.length === 0 || servers.length > mostServers)
    throw new Failure(`expected 1 to ${mostServers} servers for CoreDNS to forward to, got ${servers.length}`);
  return withTargetText(text, servers.join(' '));
}

/** The text with the targets of another one, as written there. Failure as `forwardTargets`. */
export function withTargetsOf(text: string, other: string): string {
  const { start, end } = forwardTargets(other);
  return withTargetText(text, other.slice(start, end));
}

function withTargetText(text: string, targets: string): string {
  const { start, end } = forwardTargets(text);
  return text.slice(0, start) + targets + text.slice(end);
}

/**
 * The cluster's own domain: the first zone of the plugin kubernetes that is not for addresses, or of its server block if
 * the plugin names none; cluster.local if that is unknown.
 */
export function clusterDomain(text: string): string {
  const tokens = tokensOf(text);
  const at = tokens.findIndex(({ text: word, isFirst }) => word === 'kubernetes' && isFirst);
  const named = at < 0 ? [] : readDirective(tokens, at).args.map((token) => token.text);
  const zones = named.length > 0 || isImporting(tokens) ? named : keysAround(tokens);
  const plain = zones.map((zone) => zone.replace(/^dns:\/\//, '').replace(/\.?(:\d+)?$/, ''));
  return plain.find((zone) => /^[\w.-]*\w$/.test(zone) && !/(^|\.)(in-addr|ip6)\.arpa$/i.test(zone)) ?? 'cluster.local';
}

/** The zones of the server block with the plugin kubernetes. */
const keysAround = (tokens: Token[]): string[] =>
  serverBlocks(tokens).find(({ directives }) => directives.some(({ name }) => name.text === 'kubernetes'))?.keys ?? [];

const refusal = (what: string, hint = 'change ConfigMap kube-system/coredns by hand'): Failure =>
  new Failure(`the Corefile ${what}, so firesteel leaves the file unchanged`, { hint });

const importAt = (tokens: Token[]): number => tokens.findIndex(({ text, isFirst }) => isFirst && text === 'import');
const isImporting = (tokens: Token[]): boolean => importAt(tokens) >= 0;

/** AKS, k3s and DigitalOcean put their own Corefile back; what they import is for their users. */
const ofProvider = 'put the forward into the imported ConfigMap, as in kube-system/coredns-custom';

/** Zone `.` of plain DNS at any port: `.`, `.:53`, `dns://.`, `dns://.:53`. */
const isRoot = (key: string): boolean => /^(dns:\/\/)?\.(:\d+)?$/.test(key);

/** The same at a port that a variable of CoreDNS holds: `.:{$PORT}`, `.:{%PORT%}`. */
const isRootAtVariable = (key: string): boolean => /^(dns:\/\/)?\.:(\{\$\w+\}|\{%\w+%\})$/.test(key);

/** The blocks of zone `.`; a variable counts where no block names the port itself. */
function rootBlocks(blocks: readonly ServerBlock[]): readonly ServerBlock[] {
  const certain = blocks.filter(({ keys }) => keys.some(isRoot));
  return certain.length > 0 ? certain : blocks.filter(({ keys }) => keys.some(isRootAtVariable));
}

/** Follows https://github.com/coredns/caddy/blob/master/caddyfile/parse.go; what is imported cannot be seen from here. */
function serverBlocks(tokens: Token[]): ServerBlock[] {
  if (isImporting(tokens)) {
    const isFile = /[/*]/.test(tokens[importAt(tokens) + 1]?.text ?? '');
    throw refusal('imports other files or snippets', isFile ? ofProvider : undefined);
  }
  const blocks: ServerBlock[] = [];
  let at = 0;
  while (at < tokens.length) {
    const keys = readKeys(tokens, at);
    const body = readBody(tokens, keys.next);
    at = body.next;
    blocks.push({ keys: keys.found, directives: body.directives });
  }
  return blocks;
}

/** The addresses up to a `{` or the end of the line; a comma at the end of the line leads on to the next. */
function readKeys(tokens: Token[], from: number): { found: string[]; next: number } {
  const found: string[] = [];
  let at = from;
  let goesOn = true;
  for (; at < tokens.length; at++) {
    const { text, isFirst } = tokens[at] as Token;
    if (text === '{' || (isFirst && !goesOn)) break;
    goesOn = text.endsWith(',');
    found.push(...text.split(',').filter(Boolean));
  }
  return { found, next: at };
}

/** The directives between braces; the only block of a file may do without. */
function readBody(tokens: Token[], from: number): { directives: Directive[]; next: number } {
  const directives: Directive[] = [];
  let at = tokens[from]?.text === '{' ? from + 1 : from;
  while (at < tokens.length && tokens[at]?.text !== '}') {
    const directive = readDirective(tokens, at);
    directives.push(directive);
    at = directive.next;
  }
  return { directives, next: at + 1 };
}

/** One directive with whatever braces it has. */
function readDirective(tokens: Token[], from: number): Directive & { next: number } {
  const args: Token[] = [];
  let nesting = 0;
  let hasBlock = false;
  let at = from + 1;
  for (; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text === '{') {
      nesting += 1;
      hasBlock = true;
    } else if (nesting === 0 && (token.isFirst || token.text === '}')) break;
    else if (token.text === '}') nesting -= 1;
    else if (!hasBlock) args.push(token);
  }
  return { name: tokens[from] as Token, args, next: at };
}
