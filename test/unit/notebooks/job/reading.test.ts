// Files that other programs write: what Jupyter opens becomes a program, whatever nbformat says of its metadata.
import { describe, expect, test } from 'vitest';
import { type Cell, cellsOf, code, notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();
const one = ['# Cell 1', 'x = 1'];

async function programOf(content: unknown): Promise<string[]> {
  const { problems, script } = await convert(content);
  expect(shownFindings(problems)).toEqual([]);
  return cellsOf(script);
}

describe('a cell with metadata of another shape', () => {
  test.each<[metadata: Cell]>([
    [{ tags: ['a', 'a', 1, null, ''] }],
    [{ tags: 'parameters' }],
    [{ tags: null }],
    [{ tags: { skip: true } }],
    [{ name: '' }],
    [{ name: null, collapsed: 'true', jupyter: true }],
    [{ scrolled: null }],
    [{ execution: { 'shell.execute_reply': 3 } }],
    [{ execution: null }],
  ])('%j becomes a program', async (metadata) =>
    expect(await programOf(notebook([{ ...code('x = 1'), metadata }]))).toEqual(one),
  );

  test('has its tags from a text with commas', async () => {
    const skipped = { ...code('x = ]'), metadata: { tags: 'long, skip' } };
    expect(await programOf(notebook([skipped, 'x = 1']))).toEqual(['# Cell 2', 'x = 1']);
  });
});

test.each([
  { authors: 'me', title: ['x'] },
  { language_info: { name: 'python', codemirror_mode: ['python'], version: 3.9, mimetype: null } },
])('a notebook with metadata %j becomes a program', async (metadata) =>
  expect(await programOf(notebook(['x = 1'], metadata))).toEqual(one),
);

describe('a notebook of one version with keys of the other', () => {
  const input = { cell_type: 'code', input: 'x = 1' };
  const source = { cell_type: 'code', source: ['x = 1'] };
  test.each<[name: string, content: object]>([
    ['nbformat 3 with a source', { nbformat: 3, worksheets: [{ cells: [source] }] }],
    ['nbformat 4 with an input', { nbformat: 4, cells: [input] }],
    ['nbformat 3 without worksheets', { nbformat: 3, cells: [source] }],
    ['nbformat 4 with worksheets', { nbformat: 4, worksheets: [{ cells: [input] }] }],
    ['a number with a point', { nbformat: 4.0, nbformat_minor: 2.0, cells: [source] }],
    ['no minor number', { nbformat: 4, nbformat_minor: null, cells: [source] }],
    ['a language in nbformat 4', { nbformat: 4, cells: [{ ...source, language: 'python' }] }],
  ])('%s', async (_name, content) => expect(await programOf(content)).toEqual(one));

  test('headings and pages of nbformat 3 are texts', async () => {
    const cells = [
      { cell_type: 'heading', level: null, metadata: {}, source: 'Old' },
      { cell_type: 'html', metadata: {}, source: '<b>' },
      { cell_type: 'plaintext', metadata: {}, source: 'plain' },
    ];
    expect(await programOf(notebook(cells))).toEqual(['# # Old', '', '', '# <b>', '', '', '# plain']);
  });
});

test.each<[what: string, content: unknown, problem: string]>([
  [
    'a cell of nbformat 3 in R',
    { nbformat: 3, worksheets: [{ cells: [{ cell_type: 'code', input: 'x<-1', language: 'R' }] }] },
    'cell 1: a cell in R: only Python can be converted',
  ],
  [
    'a cell that Polynote marks',
    { nbformat: 4, cells: [{ cell_type: 'code', source: 'x', language: 'scala' }] },
    'cell 1: a cell in scala: only Python can be converted',
  ],
  [
    'a cell of an unknown kind',
    notebook([{ cell_type: 'sql', metadata: {}, source: 'SELECT 1' }]),
    'cell 1: cell_type sql: expected code, markdown or raw',
  ],
  [
    'a pointer of Git LFS',
    'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n',
    'a pointer of Git LFS, not the notebook; run git lfs pull',
  ],
  ['a web page', '\n<!DOCTYPE html>\n<html>', 'a web page, not a notebook; download the raw file'],
  [
    'conflicts of a merge',
    '{"cells": [],\n<<<<<<< HEAD\n"nbformat": 4,\n=======\n"nbformat": 3,\n>>>>>>> main\n"metadata": {}}',
    'has conflicts of a git merge; resolve them first',
  ],
])('%s is refused', async (_what, content, problem) =>
  expect(shownFindings((await convert(content)).problems)).toEqual([`x: ${problem}`]),
);
