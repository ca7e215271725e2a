// The user's own programs on a real cluster: files, folders, zips, jars, packages, variables and exit codes.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchSpark, findDistribution } from '../../tasks/images/distribution/distribution.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { installTools, perform, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

const begin =
  'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nsc = spark.sparkContext\n';

/** Prints what a Python expression gives in the driver, and what in each executor. */
const everywhere = (title: string, imports: string, expression: string): string =>
  `import ${imports}\n` +
  `def ask(_=0):\n    import ${imports}\n    return str(${expression})\n` +
  `print("${title}:", ask(), *sorted(set(sc.parallelize(range(4), 4).map(ask).collect())))\n`;

/** A Python expression: what a static method of Java gives in the executors. */
const inExecutors = (name: string, method: string, argument: string): string =>
  `{row[0] for row in spark.range(0, 4, 1, 4).selectExpr("reflect('${name}', '${method}', '${argument}')").collect()}`;

const mainJava = `package demo;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
public class Main {
  public static String shout(String word) { return word.toUpperCase() + "!"; }
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    System.out.println("shouted: " + context.parallelize(List.of(args), 2).map(word -> shout(word)).collect());
    spark.stop();
    System.exit(7);
  }
}
`;

suite(`jobs of the user's own${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile(
    'jobs',
    'spark:\n  conf:\n    spark.executor.instances: 1\n    spark.executor.memory: 512m\n' +
      '    spark.kubernetes.driver.request.cores: 500m\n    spark.kubernetes.executor.request.cores: 500m\n',
  );

  beforeAll(async () => {
    await installTools([{ name: 'javac', package: 'default-jdk-headless', purpose: 'compiles a job of the tests' }]);
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(output).not.toContain('✖');
    expect(code).toBe(0);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  /** A folder in the sandbox with these files. */
  function folderOf(name: string, files: Record<string, string | Uint8Array>): string {
    for (const [file, content] of Object.entries(files)) {
      const path = join(box.data, name, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return join(box.data, name);
  }

  const submit = (...words: string[]) => box.run('submit', '--profile', profile, '--yes', ...words);

  /** The objects that a job's runs were submitted as. */
  function manifestsOf(job: string): string {
    const runs = join(box.data, 'firesteel', 'runs');
    const names = readdirSync(runs).filter((name) => name.startsWith(`${job}-`));
    return names.map((name) => readFileSync(join(runs, name, 'manifests.yaml'), 'utf8')).join('');
  }

  test('a folder: modules with their data and files are in driver and executors, arguments and variables arrive as typed, a Secret by reference', async () => {
    const path = join(box.data, 'firesteel', 'clusters', 'jobs', 'kubeconfig');
    const kube = connectKube(() => ({ path, context: 'jobs' }), new AbortController().signal);
    await kube.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'store', namespace: 'spark' },
      stringData: { token: 'open-sesame' },
    });
    const folder = folderOf('round', {
      'job.yaml':
        "main: main.py\npyFiles: [.]\nfiles: [numbers.csv]\nargs: [3]\nenv: {LEVEL: 1.10, PRICE: 'a$$b $(LEVEL)'}\n" +
        'conf: {spark.executor.extraJavaOptions: -Dprice=a$$b}\n' +
        'secrets:\n  API_TOKEN: {secret: store, key: token}\n',
      'main.py':
        'import sys\n' +
        begin +
        everywhere('area', 'shapes.circle', 'shapes.circle.area(2)') +
        everywhere('file', 'os', 'open("numbers.csv").read().strip()') +
        everywhere('variables', 'os', 'os.environ["LEVEL"] + os.environ["API_TOKEN"][:4]') +
        everywhere('price', 'os', 'os.environ["PRICE"]') +
        `print("of Java:", *${inExecutors('java.lang.System', 'getenv', 'PRICE')}, *${inExecutors('java.lang.System', 'getProperty', 'price')})\n` +
        'from pyspark.sql.functions import udf\n' +
        'print("udf:", spark.range(1).select(udf(lambda x: str(shapes.circle.area(x + 1)))("id")).first()[0])\n' +
        'print("arguments:", *sys.argv[1:])\n',
      'shapes/__init__.py': '',
      'shapes/circle.py':
        'from pathlib import Path\nfactor = int((Path(__file__).parent / "deep" / "factor.txt").read_text())\n' +
        'def area(r): return factor * r * r\n',
      'shapes/deep/factor.txt': '3\n',
      'numbers.csv': '1,2\n',
    });
    const { code, output } = await submit(folder, '--', '--deep', '5', '$(API_TOKEN)', '$$');
    expect(output).toMatch(/^area: 12 12$/m);
    expect(output).toMatch(/^file: 1,2 1,2$/m);
    expect(output).toMatch(/^variables: 1\.10open 1\.10open$/m);
    expect(output).toMatch(/^udf: 3$/m);
    expect(output).toContain('\nprice: a$$b $(LEVEL) a$$b $(LEVEL)\nof Java: a$$b $(LEVEL) a$$b\n');
    expect(output).toContain('\narguments: --deep 5 $(API_TOKEN) $$\n');
    expect(code).toBe(0);
    expect(manifestsOf('round')).not.toContain('open-sesame');
  });

  test('a zip application, and a wheel beside it', async () => {
    const text = (content: string) => new TextEncoder().encode(content);
    const folder = folderOf('zipped', {
      'app.zip': zipSync({
        '__main__.py': text(begin + everywhere('greeting', 'words, extra', 'words.greeting + extra.more')),
        'words.py': text('greeting = "hello"\n'),
      }),
      'extra-1-py3-none-any.whl': zipSync({ 'extra.py': text('more = "!"\n') }),
    });
    const wheel = join(folder, 'extra-1-py3-none-any.whl');
    const { code, output } = await submit(join(folder, 'app.zip'), '--py-files', wheel);
    expect(output).toMatch(/^greeting: hello! hello!$/m);
    expect(code).toBe(0);
  });

  /** The class below, compiled against Spark's own jars. */
  async function compiledMain(): Promise<Uint8Array> {
    const spark = await readProfile('local', []);
    await perform([fetchSpark(spark)]);
    const folder = folderOf('java', { 'Main.java': mainJava });
    const { home } = await findDistribution(spark);
    execFileSync('javac', ['--release', '17', '-cp', `${home}/jars/*`, '-d', folder, join(folder, 'Main.java')]);
    return new Uint8Array(readFileSync(join(folder, 'demo', 'Main.class')));
  }

  test('a jar: its classes are in driver and executors, and its exit code is the shell’s', async () => {
    const folder = folderOf('jar', { 'app.jar': zipSync({ 'demo/Main.class': await compiledMain() }) });
    const { code, output } = await submit(join(folder, 'app.jar'), '--class', 'demo.Main', '--', 'one', 'two');
    expect(output).toMatch(/^shouted: \[ONE!, TWO!\]$/m);
    expect(code).toBe(7);
  });

  test('packages of PyPI, and modules, files and jars too large for a ConfigMap, by a layer of the image', async () => {
    const folder = folderOf('layered', {
      'layered.py':
        begin +
        everywhere('escaped', 'markupsafe, markupsafe._speedups', 'markupsafe.escape("<")') +
        everywhere('file', 'os', 'os.path.getsize("large.bin")') +
        everywhere('model', 'model', 'model.size()') +
        `print("shouted:", *${inExecutors('demo.Main', 'shout', 'one')})\n`,
      'requirements.txt': 'markupsafe==3.0.3  # with compiled code\n',
      'large.bin': randomBytes(1_500_000),
      'lib/model.py':
        'import os\ndef size(): return os.path.getsize(os.path.join(os.path.dirname(__file__), "weights"))\n',
      'lib/weights': randomBytes(1_200_000),
      'large.jar': zipSync({ 'demo/Main.class': await compiledMain(), noise: new Uint8Array(randomBytes(1_300_000)) }),
      'job.yaml':
        'main: layered.py\npackages: {requirements: requirements.txt}\nfiles: [large.bin]\npyFiles: [lib]\njars: [large.jar]\n' +
        'env: {PYTHONPATH: /opt/own/lib}\n',
    });
    const { code, output } = await submit(folder);
    expect(output).toMatch(/^escaped: &lt; &lt;$/m);
    expect(output).toMatch(/^file: 1500000 1500000$/m);
    expect(output).toMatch(/^model: 1200000 1200000$/m);
    expect(output).toMatch(/^shouted: ONE!$/m);
    expect(code).toBe(0);
    expect(manifestsOf('layered')).toMatch(/image: spark:4\.3\.0-\w+-\w+/);
  });

  test('a library of Maven Central, by the flag', async () => {
    const folder = folderOf('maven', {
      'maven.py':
        `${begin}print("driver:", sc._jvm.com.google.zxing.BarcodeFormat.valueOf("QR_CODE").toString())\n` +
        `print("executors:", *${inExecutors('com.google.zxing.BarcodeFormat', 'valueOf', 'QR_CODE')})\n`,
    });
    const { code, output } = await submit(join(folder, 'maven.py'), '--packages', 'com.google.zxing:core:3.5.3');
    expect(output).toMatch(/^driver: QR_CODE$/m);
    expect(output).toMatch(/^executors: QR_CODE$/m);
    expect(code).toBe(0);
  });

  test.each<[string, string, number, RegExp]>([
    ['good', 'print("well done")\n', 0, /^well done$/m],
    ['raises', 'raise ValueError("no")\n', 1, /ValueError: no/],
    ['leaves', 'import sys\nsys.exit(42)\n', 42, /exit code 42/],
    // Python beside the JVM, in one container with one limit.
    ['hungry', 'much = []\nwhile True:\n    much.append(b"x" * (64 << 20))\n', 137, /exit code 137: driver: .*memory/],
  ])('%s: the exit code is the shell’s', async (name, text, expected, says) => {
    const folder = folderOf(name, { [`${name}.py`]: text });
    const { code, output } = await submit(join(folder, `${name}.py`));
    expect(output).toMatch(says);
    expect(code).toBe(expected);
  });
});
