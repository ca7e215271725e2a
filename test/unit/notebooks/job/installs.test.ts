// Ways to install packages in a notebook, and the packages that its job has for them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cellsOf, notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();
const folder = mkdtempSync(join(tmpdir(), 'fs-installs-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a call of pip becomes packages of the job, and leaves nothing in the cell', () => {
  test.each<[line: string, ...packages: string[]]>([
    ['!pip install -q humanize > /dev/null', 'humanize'],
    ['!pip install humanize 2>&1 | tail -n 1', 'humanize'],
    ['!pip install humanize &> log.txt', 'humanize'],
    ['!pip install humanize && pip install inflection', 'humanize', 'inflection'],
    ['!pip install humanize # for numbers', 'humanize'],
    ['!pip install humanize \\\n  inflection', 'humanize', 'inflection'],
    ['!pip install "humanize>=4,<5" inflection', 'humanize<5,>=4', 'inflection'],
    ['!pip install pandas>=2', 'pandas>=2'],
    ['!yes | pip install humanize', 'humanize'],
    ['!PIP_X=1 pip install humanize', 'humanize'],
    ['!env PIP_X=1 pip install humanize', 'humanize'],
    ['!sudo -H pip3 install humanize', 'humanize'],
    ['!sudo -u root -E pip install humanize', 'humanize'],
    ['!timeout -k 5 100 nice -n 10 pip install humanize', 'humanize'],
    ['!stdbuf -oL pip install humanize', 'humanize'],
    ['!pip.exe install humanize', 'humanize'],
    ['!py -3 -m pip install humanize', 'humanize'],
    ['!python -Im pip install humanize', 'humanize'],
    ['!pip install humanize >& /dev/null', 'humanize'],
    ['!pip install --help'],
    ['!time nohup pip install humanize &', 'humanize'],
    ['!pip install -qU humanize', 'humanize'],
    ['!pip install -Uqq humanize', 'humanize'],
    ['!pip --timeout 60 -q install --progress-bar off --root-user-action=ignore humanize', 'humanize'],
    ['!python -u -W ignore -m pip install humanize', 'humanize'],
    ['!/usr/bin/python3.11 -mpip install humanize', 'humanize'],
    ['!{sys.executable} -m pip install humanize', 'humanize'],
    ['!"{sys.executable}" -m pip install humanize', 'humanize'],
    ['!$(which python) -m pip install humanize', 'humanize'],
    ['!uv pip install --system humanize', 'humanize'],
    ['!python -m uv pip install humanize', 'humanize'],
    ['%uv pip install humanize', 'humanize'],
    ['%pip install -q humanize 2>/dev/null', 'humanize'],
    ['%additional_python_modules humanize,inflection==0.5.1', 'humanize', 'inflection==0.5.1'],
    ['!pip show humanize >/dev/null || pip install humanize', 'humanize'],
    ['get_ipython().system("pip install humanize")', 'humanize'],
    ['names = "humanize inflection"\n!pip install {names}', 'humanize', 'inflection'],
    ['!python -m ensurepip --upgrade'],
    ['!PIP_NO_CACHE_DIR=1 pip install humanize', 'humanize'],
    ['!pip config set global.timeout 60'],
    ['%conda install -y openjdk'],
    ['%conda list'],
    ['!conda env list'],
    ['!pip install --upgrade pip'],
    ['!pip install pyspark==3.5.1 findspark uv'],
  ])('%s', async (line, ...packages) => {
    const made = await convert(notebook([line]));
    expect([made.problems, made.packages]).toEqual([[], packages]);
    expect(cellsOf(made.script).at(-1)).toMatch(/^_nb\.(left_out|run_line_magic)\(/);
  });
});

test.each<[line: string, left: string, ...packages: string[]]>([
  ['!pip install humanize; echo done', "_nb.system(':; echo done')", 'humanize'],
  ['!cd /tmp && pip install humanize && ls', "_nb.system('cd /tmp && : && ls')", 'humanize'],
  ['!if ! pip show humanize; then pip install humanize; fi', "_nb.system('if ! :; then :; fi')", 'humanize'],
  ['out = !pip install humanize', 'out = []', 'humanize'],
  ['x = %system pip install humanize', "x = _nb.run_line_magic('system', ':')", 'humanize'],
  ['os.system("pip install -q humanize")', "os.system(':')", 'humanize'],
  ['subprocess.run("pip install humanize", shell=True)', "subprocess.run(':', shell=True)", 'humanize'],
  ['check_call([sys.executable, "-m", "pip", "install", "humanize"])', "check_call(['true'])", 'humanize'],
  ['run("pip install humanize".split())', "run(['true'])", 'humanize'],
  ['os.system(f"{sys.executable} -m pip install humanize")', "os.system(':')", 'humanize'],
  ['check_output(["pip", "list"])', "check_output(['true'])"],
  [
    'subprocess.run(check=True, args=["pip", "install", "humanize"])',
    "subprocess.run(check=True, args=['true'])",
    'humanize',
  ],
  ['getstatusoutput("pip install humanize")', "getstatusoutput(':')", 'humanize'],
  ['await create_subprocess_shell("pip install humanize")', "await create_subprocess_shell(':')", 'humanize'],
  ['sc.install_pypi_package("humanize==4.12.3", "https://pypi.org/simple")', 'None', 'humanize==4.12.3'],
  ['spark.sparkContext.list_packages()', 'None'],
  ['%pip install humanize\ndbutils.library.restartPython()', 'None', 'humanize'],
  ['!echo pip install humanize', "_nb.system('echo pip install humanize')"],
])('%s: what else it does stays', async (line, left, ...packages) => {
  const made = await convert(notebook([line]));
  expect([made.problems, made.packages, cellsOf(made.script).at(-1)]).toEqual([[], packages, left]);
});

test.each<[line: string, message: string]>([
  ['!conda install -y -c conda-forge humanize', 'a job has no conda; write %pip install humanize'],
  ['!conda install openjdk=8 humanize', 'a job has no conda; write %pip install humanize'],
  ['%mamba install humanize', 'a job has no mamba; write %pip install humanize'],
  ['!conda install -y --file some.txt', 'a job has no conda; write %pip install -r some.txt'],
  ['!conda run pip install humanize', 'there is no conda in a job; install its content in the image'],
  ['!pdm add humanize', 'there is no pdm in a job; install its content in the image'],
  ['!timeout 5 wget https://x.org/own.py', 'the image has no wget'],
  ['!uv add humanize', 'there is no uv in a job; install its content in the image'],
  ['!cd x && poetry add humanize', 'there is no poetry in a job; install its content in the image'],
  ['!bash -c "pip install humanize"', 'firesteel cannot read this call of pip; write %pip install NAME'],
  ['!cat requirements.txt | xargs pip install', 'firesteel cannot read this call of pip; write %pip install NAME'],
  ['!pip install humanize >= 4', 'quote the whole requirement, as in "numpy>=2"'],
  ['!pip install pyspark[sql]', 'Spark is in the image; name what sql needs, such as pandas'],
  ['!pip install -t lib humanize', 'pip install -t: a job does not support this flag'],
  ['!pip install humanize=4', 'not the name of a package with a version, as in numpy==2.4.6'],
  ['!pip install -r none.txt', 'pip install -r none.txt: No such file or directory'],
  ['run(["pip", "install", *names])', 'its packages are only known once the notebook runs; write %pip install NAME'],
  ['!pip install -c none.txt humanize', 'pip install -c none.txt: No such file or directory'],
  ['!pip install -r https://x.org/some.txt', 'expected a file of this machine'],
  ['!cat some.txt | pip install -r /dev/null', 'pip install -r /dev/null: not a file'],
  ['!pip install -r .', 'pip install -r .: not a file'],
  ['!PIP_INDEX_URL=https://x.org pip install humanize', 'PIP_INDEX_URL: a job does not support this setting of pip'],
  ['!pip install {name}', 'its packages are only known once the notebook runs; write %pip install NAME'],
  ['!export PIP_EXTRA_INDEX_URL=https://x.org; pip install own', 'PIP_EXTRA_INDEX_URL: a job does not support'],
  ['os.environ["PIP_INDEX_URL"] = "https://x.org"', 'PIP_INDEX_URL: a job does not support this setting of pip'],
  ['os.environ.update(UV_INDEX_URL="https://x.org")', 'set it for pip on this machine'],
  ['%env PIP_INDEX_URL=https://x.org', 'PIP_INDEX_URL: a job does not support this setting of pip'],
  ['!pip config set global.index-url https://x.org', 'a job does not support this setting of pip'],
  ['!cd own && python3 setup.py install', 'a job cannot change its packages while it runs; build a wheel'],
  ["!python -c \"import pip; pip.main(['install', 'humanize'])\"", 'firesteel cannot read this call of pip'],
  ['os.execvp("pip", ["pip", "install", "humanize"])', 'firesteel cannot read this call of pip'],
  ['await create_subprocess_exec("pip", "install", "humanize")', 'firesteel cannot read this call of pip'],
  ['__import__("pip").main(["install", "humanize"])', 'import pip: a job has no pip; write %pip install NAME'],
  ['if True:\n  try:\n    import pip\n  except ImportError: pass', 'import pip: a job has no pip'],
  ['sc.install_pypi_package(name)', 'its packages are only known once the notebook runs'],
  ['dbutils.library.installPyPI("humanize")', 'a job has no dbutils; write %pip install NAME'],
  ['import pip\npip.main(["install", "humanize"])', 'import pip: a job has no pip; write %pip install NAME'],
  ['!wget -q https://x.org/own.py', 'the image has no wget; write urllib.request.urlretrieve(ADDRESS, FILE)'],
  ['import os\nos.system("wget -q https://x.org/own.py")', 'the image has no wget; write urllib.request.urlretrieve'],
  ['import subprocess\nsubprocess.run(["git", "clone", "https://x.org/own.git"], check=True)', 'the image has no git'],
  ['import subprocess\nsubprocess.check_output("ls | jq .", shell=True)', 'the image has no jq'],
  ['import getpass\nkey = getpass.getpass()', 'getpass.getpass(): nobody answers in a job; name a secret'],
  ['breakpoint()', 'breakpoint(): nobody answers a debugger in a job; remove the line'],
  ['import pdb; pdb.set_trace()', 'pdb.set_trace(): nobody answers a debugger in a job; remove the line'],
  ['from pdb import set_trace\nset_trace()', 'set_trace(): nobody answers a debugger in a job; remove the line'],
  ['from getpass import getpass\nkey = getpass("key")', 'getpass(): nobody answers in a job; name a secret'],
  ['!git clone https://x.org/own.git && cd own', 'or name an image.base that has git'],
  ['!nvidia-smi', 'the image has no nvidia-smi; tag the cell notebook-only'],
  ['%%bash\n\ncurl -O https://x.org/own.py', 'curl -O https://x.org/own.py: the image has no curl'],
  ['!gdown 1aBcD', 'the image has no gdown; write python3 -m gdown, or name an image.base that has gdown'],
  ['!pip install mlflow && mlflow ui', 'the image has no mlflow; write python3 -m mlflow'],
  ['%%bash\ndvc pull', 'dvc pull: the image has no dvc; write python3 -m dvc'],
  ['!spacy train config.cfg', 'the image has no spacy; write python3 -m spacy'],
  ['!huggingface-cli download bert', 'huggingface-cli; write huggingface_hub.snapshot_download(REPOSITORY)'],
  ['!hf download bert', 'the image has no hf; write huggingface_hub.snapshot_download(REPOSITORY)'],
  ['!jupyter nbextension enable x', 'the image has no jupyter; tag the cell notebook-only'],
  ['!jupyter-nbconvert x.ipynb', 'the image has no jupyter-nbconvert; tag the cell notebook-only'],
  ...[
    '!python -m spacy download en_core_web_sm',
    '!{sys.executable} -m spacy download en_core_web_sm',
    '!spacy download en_core_web_sm',
    '!pip install -q spacy && python3 -m spacy download en_core_web_sm -q',
    '%%bash\npython -m spacy download en_core_web_sm',
    'os.system("python -m spacy download en_core_web_sm")',
    'subprocess.run([sys.executable, "-m", "spacy", "download", "en_core_web_sm"])',
    'spacy.cli.download("en_core_web_sm")',
    'from spacy.cli import download',
  ].map((line): [string, string] => [line, 'name the wheel of the model in a requirements file']),
  ['%%bash\nset -e\nuv pip install humanize', 'packages are named by %pip install in a cell of Python'],
])('%s is refused by cell and line', async (line, message) => {
  const made = await convert(notebook([line]));
  const [said = '', ...others] = shownFindings(made.problems);
  expect(said).toMatch(/^x: cell 1, line [1-3]: /);
  expect(said).toContain(message);
  expect(others).toEqual([]);
});

test.each([
  '!python -m spacy info',
  '!python3 -m gdown 1aBcD',
  '!python -m mlflow --version',
  '!which gdown jupyter',
  '!cat spacy download',
  'os.system("python -m spacy validate")',
  'from spacy.cli import info',
  'files.download("spacy")',
  'nltk.download("punkt")',
])('%s stays', async (line) => {
  const made = await convert(notebook([line]));
  expect([made.problems, made.warnings, made.packages]).toEqual([[], [], []]);
});

test('a model that is fetched only where there is none is a warning', async () => {
  const lines = 'try:\n  spacy.load("en")\nexcept OSError:\n  spacy.cli.download("en")';
  const made = await convert(notebook([lines]));
  expect(made.problems).toEqual([]);
  expect(shownFindings(made.warnings)).toEqual([
    "x: cell 1, line 4: spacy.cli.download('en'): a job cannot change its packages while it runs; name the wheel of the model in a requirements file",
  ]);
});

test.each([
  '!pip install git+https://hush@x.org/own.git',
  '%pip install https://me:hush@x.org/own.tar.gz',
  '!wget https://me:hush@x.org/own.py',
  'subprocess.run(["pip", "install", "-i", "https://me:hush@x.org/simple", *names])',
  '%%bash\npip install -i https://me:hush@x.org/simple own',
])('%s is refused without its password', async (line) => {
  const said = shownFindings((await convert(notebook([line]))).problems).join();
  expect(said).toContain('//***@x.org/');
  expect(said).not.toContain('hush');
});

test.each<[lines: string, ...packages: string[]]>([
  ['# all\nhumanize # for numbers\npyspark', 'humanize'],
  ['# kept in C:\\work\\\nhumanize', 'humanize'],
  [
    'humanize==4.12.3 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\n  # via x',
    'humanize==4.12.3 --hash=sha256:aa --hash=sha256:bb',
  ],
  ['-q -r others.txt\r\nhumanize\r\n', 'inflection', 'humanize'],
  ['# none'],
])('requirements that a cell writes are packages of the job: %j', async (lines, ...packages) => {
  const cells = ['%%writefile others.txt\ninflection', `%%writefile some.txt\n${lines}`, '!pip install -r some.txt'];
  const made = await convert(notebook(cells));
  expect([made.problems, made.packages]).toEqual([[], packages]);
});

test('requirements that a cell writes are found by other spellings of their path', async () => {
  const cells = ['folder = "lists"', '%%writefile {folder}/some.txt\nhumanize', '!pip install -r ./lists/some.txt'];
  const made = await convert(notebook(cells));
  expect([made.problems, made.packages]).toEqual([[], ['humanize']]);
});

test('files that pip reads are named by their place, and pip reads them', async () => {
  const file = join(folder, 'some.txt');
  writeFileSync(file, 'humanize');
  const made = await convert(notebook([`%pip install -r ${file} --constraint=${file}\n!pip install -r${file}`]));
  expect([made.problems, made.packages]).toEqual([[], [`-r ${file}`, `-c ${file}`]]);
  expect(made.places[`-r ${file}`]).toEqual({ cell: 1, line: 1 });
});
