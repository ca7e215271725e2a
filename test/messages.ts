// The texts that users read, found in the syntax trees of the sources and in programs: what docs/messages.md lists.
import { relative } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import * as syntax from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';
import { projectPath } from '../tasks/core/paths.ts';
import { programTexts, readsAsSentence } from './program-messages.ts';

interface Message {
  kind: string;
  text: string;
}

/** What a property, constant or function of that name holds. */
const kinds = new Map(
  Object.entries({
    title: 'title',
    skip: 'skip',
    summary: 'help',
    flags: 'help',
    message: 'failure',
    what: 'failure',
    cause: 'cause',
    why: 'cause',
    hint: 'hint',
    cure: 'hint',
    advice: 'hint',
  }),
);

/** Functions and constants that say what is wrong. */
const saysProblems = /problem|refusal|^why/i;

const kindOf = (name: string): string | undefined =>
  kinds.get(name) ?? (saysProblems.test(name) ? 'problem' : undefined);

/** What the first argument of a function is. */
const firstArguments = new Map(
  Object.entries({ line: 'line', note: 'line', describe: 'key', applyTemplate: 'title', removal: 'title' }),
);

/** Every message by the path of its file, in the order of the file. */
export const messages = (): [path: string, found: Message[]][] => [
  ...sourceMessages(),
  ...programTexts().map(([path, found]): [string, Message[]] => [
    path,
    found.map((text) => ({ kind: 'program', text })),
  ]),
];

function sourceMessages(): [path: string, found: Message[]][] {
  const api = new API({ cwd: projectPath() });
  try {
    const [project] = api.updateSnapshot({ openProjects: [projectPath('tsconfig.json')] }).getProjects();
    if (!project) throw new Error('tsconfig.json describes no project');
    const { program } = project;
    return program
      .getSourceFileNames()
      .map((name) => ({ name, path: relative(projectPath(), name) }))
      .filter(({ path }) => /^(scripts|tasks)\//.test(path))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap(({ name, path }): [string, Message[]][] => {
        const source = program.getSourceFile(name);
        const found = source ? messagesOf(source) : [];
        return found.length > 0 ? [[path, found]] : [];
      });
  } finally {
    api.close();
  }
}

function messagesOf(source: SourceFile): Message[] {
  const found = new Map<number, Message>();
  const add = (kind: string, value: Node | undefined) => {
    for (const node of value ? texts(value) : []) {
      const text = written(node);
      if (/\p{L}{2}/u.test(text) && !found.has(node.pos)) found.set(node.pos, { kind, text });
    }
  };
  const addNamed = (name: string, value: Node | undefined) => {
    const kind = kindOf(name);
    if (!kind || !value) return;
    // The flags of a verb are a table of their help.
    const values =
      kind === 'help' && syntax.isObjectLiteralExpression(value) ? value.properties.map(initializerOf) : [value];
    for (const one of values) add(kind, one);
  };
  const walk = (node: Node): void => {
    if (syntax.isPropertyAssignment(node) || syntax.isVariableDeclaration(node))
      addNamed(nameOf(node.name), node.initializer);
    else if (syntax.isMethodDeclaration(node) || syntax.isFunctionDeclaration(node))
      addNamed(nameOf(node.name), node.body);
    else if (syntax.isNewExpression(node) && nameOf(node.expression) === 'Failure') add('failure', node.arguments?.[0]);
    else if (syntax.isCallExpression(node)) {
      const called = calledName(node.expression);
      if (called === 'usageFailure') {
        add('failure', node.arguments[0]);
        add('hint', node.arguments[1]);
      }
      const kind = firstArguments.get(called);
      if (kind) add(kind, node.arguments[0]);
    }
    node.forEachChild(walk);
  };
  walk(source);
  // Tables and lists hold more: every other literal that reads as a sentence.
  const walkRest = (node: Node): void => {
    if (syntax.isImportDeclaration(node)) return;
    if (!isText(node)) node.forEachChild(walkRest);
    else if (!found.has(node.pos) && readsAsSentence(written(node)))
      found.set(node.pos, { kind: 'text', text: written(node) });
  };
  walkRest(source);
  return [...found].sort(([a], [b]) => a - b).map(([, message]) => message);
}

const nameOf = (node: Node | undefined): string =>
  node && (syntax.isIdentifier(node) || syntax.isStringLiteral(node)) ? node.text : '';

const calledName = (called: Node): string => nameOf(syntax.isPropertyAccessExpression(called) ? called.name : called);

const initializerOf = (node: Node): Node | undefined =>
  syntax.isPropertyAssignment(node) ? node.initializer : undefined;

/** The literals that a value can be. */
function texts(node: Node): Node[] {
  if (isText(node)) return [node];
  if (syntax.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  if (syntax.isBinaryExpression(node)) return [...texts(node.left), ...texts(node.right)];
  if (syntax.isArrayLiteralExpression(node)) return node.elements.flatMap(texts);
  if (syntax.isArrowFunction(node)) return texts(node.body);
  if (syntax.isBlock(node)) return returned(node);
  if (syntax.isCallExpression(node)) return [node.expression, ...node.arguments].flatMap(calledTexts);
  const isAround =
    syntax.isParenthesizedExpression(node) ||
    syntax.isAsExpression(node) ||
    syntax.isAwaitExpression(node) ||
    syntax.isSpreadElement(node);
  return isAround ? texts(node.expression) : [];
}

/** Of a call: the list that it works on, and what its callbacks return. */
function calledTexts(node: Node): Node[] {
  if (syntax.isPropertyAccessExpression(node)) return isText(node.expression) ? [] : texts(node.expression);
  return syntax.isArrowFunction(node) || syntax.isArrayLiteralExpression(node) ? texts(node) : [];
}

/** What a block returns, without the functions in it. */
function returned(block: Node): Node[] {
  const found: Node[] = [];
  const walk = (node: Node): void => {
    if (syntax.isReturnStatement(node)) {
      if (node.expression) found.push(...texts(node.expression));
    } else if (!syntax.isArrowFunction(node) && !syntax.isFunctionDeclaration(node)) node.forEachChild(walk);
  };
  block.forEachChild(walk);
  return found;
}

const isText = (node: Node) =>
  syntax.isStringLiteral(node) || syntax.isNoSubstitutionTemplateLiteral(node) || syntax.isTemplateExpression(node);

/** A literal in one line, its values as in the source. */
function written(node: Node): string {
  if (syntax.isStringLiteral(node) || syntax.isNoSubstitutionTemplateLiteral(node)) return oneLine(node.text);
  if (!syntax.isTemplateExpression(node)) return '';
  const spans = node.templateSpans.map(({ expression, literal }) => `\${${sourceOf(expression)}}${literal.text}`);
  return oneLine([node.head.text, ...spans].join(''));
}

const oneLine = (text: string): string => text.replaceAll('\n', '\\n');

const sourceOf = (node: Node): string => node.getText().replaceAll(/\s+/g, ' ');
