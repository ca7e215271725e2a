// Modules that cells write, as functions that go to executors have them: a stand-in for Spark keeps their names.
import { expect, test } from 'vitest';
import { linesOf, ownProgram } from './program.ts';

const { ranWith } = ownProgram();

test('folders without __init__.py go to executors with their modules', async () => {
  const stub = [
    'import sys, types',
    'pickles = types.ModuleType("pyspark.cloudpickle")',
    'pickles.sent = []',
    'pickles.register_pickle_by_value = lambda module: pickles.sent.append(module.__name__)',
    'sys.modules.update({"pyspark": types.ModuleType("pyspark"), "pyspark.cloudpickle": pickles})',
  ].join('\n');
  const cells = [
    stub,
    '!mkdir -p near/deep full && touch full/__init__.py',
    '%%writefile near/deep/part.py\nx = 1',
    '%%writefile full/part.py\nx = 2',
    'import near.deep.part\npickles.sent',
    'import full.part\npickles.sent[3:]',
  ];
  const { stdout, stderr } = await ranWith(cells);
  expect(stderr).toBe('');
  expect(linesOf(stdout)).toEqual(["['near.deep.part', 'near.deep', 'near']", "['full', 'full.part']"]);
});
