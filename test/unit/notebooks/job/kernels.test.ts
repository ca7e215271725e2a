// Kernels whose notebooks become jobs, by the metadata that each writes.
import { describe, expect, test } from 'vitest';
import { notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();
const mode = { codemirror_mode: { name: 'python', version: 3 }, mimetype: 'text/x-python', pygments_lexer: 'python3' };

describe('Python', () => {
  test.each<[kernel: string, metadata: object]>([
    [
      'sparkmagic, old',
      { kernelspec: { name: 'pysparkkernel', language: '' }, language_info: { ...mode, name: 'pyspark' } },
    ],
    [
      'sparkmagic, new',
      { kernelspec: { name: 'pysparkkernel', language: 'python' }, language_info: { name: 'pyspark' } },
    ],
    ['sparkmagic 3', { kernelspec: { name: 'pyspark3kernel' }, language_info: { name: 'pyspark3' } }],
    [
      'EMR without a language',
      { kernelspec: { name: 'pysparkkernel', language: null }, language_info: { name: 'pyspark' } },
    ],
    ['AWS Glue', { kernelspec: { name: 'glue_pyspark' }, language_info: { ...mode, name: 'Python_Glue_Session' } }],
    ['Synapse', { kernelspec: { name: 'synapse_pyspark', language: 'Python' }, language_info: { name: 'python' } }],
    ['Fabric', { kernelspec: { name: 'synapse_pyspark', language: null }, language_info: { name: null } }],
    ['Toree', { kernelspec: { name: 'apache_toree_pyspark', language: 'python' } }],
    ['VS Code without a name for people', { kernelspec: { name: 'python3' }, language_info: { name: 'python' } }],
    ['Databricks', { 'application/vnd.databricks.v1+notebook': { language: 'python' } }],
    ['Synapse without a kernelspec', { kernel_info: { name: 'synapse_pyspark' } }],
    ['a kernel with a year in its name', { kernelspec: { name: 'python-2024' } }],
    [
      'Fabric without Spark',
      { kernelspec: { name: 'jupyter', language: 'Jupyter' }, language_info: { name: 'python' } },
    ],
    ['an editor without a language', { kernelspec: { name: 'python3', language: 'plaintext' } }],
    [
      'Python 3 in an environment with an old name',
      { kernelspec: { name: 'conda_python2' }, language_info: { name: 'python', version: '3.9.1' } },
    ],
    ['nothing but nulls', { kernelspec: null, language_info: null }],
    ['Kaggle', { kernelspec: { name: 'python3', language: 'python' }, kaggle: { language: 'python' } }],
    ['a text of another country', { language: 'de' }],
    ['Python with R beside it', { kernelspec: { name: 'x', display_name: 'Python 3 + R' } }],
    [
      'an old mode of editors',
      { kernelspec: { name: 'python3' }, language_info: { name: 'python', codemirror_mode: { version: 2 } } },
    ],
  ])('%s', async (_kernel, metadata) => {
    expect(shownFindings((await convert(notebook(['spark.range(3).count()'], metadata))).problems)).toEqual([]);
  });
});

describe('another language', () => {
  test.each<[metadata: object, what: string]>([
    [{ kernelspec: { name: 'sparkkernel', language: '' }, language_info: { name: 'scala' } }, 'sparkkernel (scala)'],
    [{ kernelspec: { name: 'sparkkernel', language: null } }, 'sparkkernel (Scala)'],
    [{ kernelspec: { name: 'sparkrkernel' } }, 'sparkrkernel (R)'],
    [
      { kernelspec: { name: 'glue_spark' }, language_info: { name: 'Scala_Glue_Session' } },
      'glue_spark (Scala_Glue_Session)',
    ],
    [{ kernelspec: { name: 'synapse_spark' } }, 'synapse_spark (Scala)'],
    [{ kernelspec: { name: 'synapse_sparksharp' } }, 'synapse_sparksharp (C#)'],
    [{ kernelspec: { name: 'apache_toree_sparkr', language: '' } }, 'apache_toree_sparkr (R)'],
    [{ kernelspec: { name: 'conda-env-tidy-r' } }, 'conda-env-tidy-r (R)'],
    [{ kernelspec: { name: '.net-csharp' } }, '.net-csharp (C#)'],
    [{ kernel_info: { name: 'synapse_spark' } }, 'synapse_spark (Scala)'],
    [{ kernelspec: { name: 'x' }, 'application/vnd.databricks.v1+notebook': { language: 'sql' } }, 'x (sql)'],
    [
      { kernelspec: { name: 'synapse_pyspark', language: 'Python' }, language_info: { name: 'scala' } },
      'synapse_pyspark (scala)',
    ],
    [{ kernelspec: { name: 'spark_R_kubernetes' } }, 'spark_R_kubernetes (R)'],
    [{ kernelspec: { name: 'spark_scala_yarn' } }, 'spark_scala_yarn (Scala)'],
    [{ kernelspec: { name: '9c39b-spark', display_name: 'Spark - Scala (Remote)' } }, '9c39b-spark (Scala)'],
    [{ kernelspec: { name: 'x', display_name: 'R 4.2' } }, 'x (R)'],
    [{ kernelspec: { name: 'ruby', display_name: 'Ruby 3' } }, 'ruby (Ruby)'],
    [{ kernelspec: { name: 'jupyter_matlab_kernel' } }, 'jupyter_matlab_kernel (MATLAB)'],
    [{ kernelspec: { name: 'powershell' } }, 'powershell (PowerShell)'],
    [{ kernelspec: { name: 'tslab' } }, 'tslab (TypeScript)'],
    [{ kernelspec: { name: 'xr' } }, 'xr (R)'],
    [{ kernelspec: { name: 'x' }, language_info: { name: '', pygments_lexer: 'scala' } }, 'x (scala)'],
    [{ kernelspec: { name: 'x' }, kaggle: { language: 'r' } }, 'x (r)'],
    [{ kernelspec: { name: 'x' }, jupytext: { main_language: 'R' } }, 'x (R)'],
    [{ kernelspec: { name: 'x' }, language: 'Julia' }, 'x (Julia)'],
    [
      { kernelspec: { name: 'sagemath', language: 'sage' }, language_info: { name: 'python', version: '3.9.1' } },
      'sagemath (SageMath)',
    ],
    [{ kernelspec: { name: 'k', display_name: 'Python 2' } }, 'k (Python 2)'],
    [
      {
        kernelspec: { name: 'k' },
        language_info: { name: 'python', codemirror_mode: { name: 'ipython', version: 2 } },
      },
      'k (Python 2)',
    ],
    [{ kernelspec: { name: 'py27' } }, 'py27 (Python 2)'],
    [{ kernelspec: { name: 'conda_python2' } }, 'conda_python2 (Python 2)'],
    [{ kernelspec: { name: 'conda_mxnet_p27' } }, 'conda_mxnet_p27 (Python 2)'],
    [{ kernelspec: { name: 'conda-env-py27-py' } }, 'conda-env-py27-py (Python 2)'],
    [{ kernelspec: { name: 'python-2.7' } }, 'python-2.7 (Python 2)'],
    [{ kernelspec: { name: 'python2', language: 'python' } }, 'python2 (Python 2)'],
    [
      { kernelspec: { name: 'k', language: 'python' }, language_info: { name: 'python', version: '2.7.18' } },
      'k (Python 2)',
    ],
  ])('%j', async (metadata, what) => {
    const said = shownFindings((await convert(notebook(['x'], metadata))).problems);
    expect(said).toEqual([`x: kernel ${what}: only notebooks in Python 3 can be converted`]);
  });
});

describe('Zeppelin', () => {
  const exported = { kernelspec: { name: 'spark2-scala', language: 'scala' }, language_info: { name: 'scala' } };
  test.each([
    [['%pyspark\nx = 1', '%spark.pyspark\n\nprint(x)', '%md\n# A', '']],
    [['%spark.ipyspark(ui=true)\nx = 1', '%sh\nls']],
  ])('cells %j become a program', async (cells) => {
    const made = await convert(notebook(cells, exported));
    expect(shownFindings(made.problems)).toEqual([]);
    expect(made.script).toContain('x = 1');
  });
  test.each([
    [['%pyspark\nx = 1', 'val y = 2'], 'x: kernel spark2-scala (scala): only notebooks in Python 3 can be converted'],
    [['%spark\nval y = 2'], 'x: kernel spark2-scala (scala): only notebooks in Python 3 can be converted'],
    [['%pyspark\nx = 1', '%spark\nval y = 2'], 'x: cell 2, line 1: a cell in Scala: only Python can be converted'],
  ])('cells %j are refused', async (cells, problem) =>
    expect(shownFindings((await convert(notebook(cells, exported))).problems)).toEqual([problem]),
  );
});

test('a cell that Synapse marks as Scala is refused, one in PySpark is not', async () => {
  const cell = (language: string) => ({
    cell_type: 'code',
    metadata: { microsoft: { language } },
    source: 'x = 1',
    outputs: [],
  });
  const { problems } = await convert(notebook([cell('python'), cell('pyspark'), cell('scala')]));
  expect(shownFindings(problems)).toEqual(['x: cell 3: a cell in scala: only Python can be converted']);
});

test('a magic at the top counts more than the language that an editor names for its cell', async () => {
  const cell = (languageId: string, source: string) => ({
    cell_type: 'code',
    metadata: { vscode: { languageId } },
    source,
    outputs: [],
  });
  const cells = [cell('shellscript', '%%bash\nls'), cell('plaintext', 'x = 1'), cell('r', 'x <- 1')];
  const { problems } = await convert(notebook(cells));
  expect(shownFindings(problems)).toEqual(['x: cell 3: a cell in r: only Python can be converted']);
});
