// What notebooks of other hosts do before their first session, and what a job does without.
import { expect, test } from 'vitest';
import { cellsOf, notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();
const archive = 'spark-3.5.1-bin-hadoop3.tgz';

test('the first cell of Colab, which fetches Java and Spark, does nothing in a job', async () => {
  const lines = [
    '!apt-get update -qq',
    '!apt-get install openjdk-8-jdk-headless -qq > /dev/null',
    `!wget -q https://archive.apache.org/dist/spark/spark-3.5.1/${archive}`,
    `!tar xf ${archive}`,
    '!update-alternatives --set java /usr/lib/jvm/java-8-openjdk-amd64/jre/bin/java',
    '!pip install -q findspark',
  ];
  const made = await convert(notebook([lines.join('\n')]));
  const why = [
    'a job installs no packages of the system',
    ...['Java', 'Spark', 'Spark', 'Java'].map((it) => `the image has ${it}`),
  ];
  expect([made.problems, made.packages]).toEqual([[], []]);
  expect(shownFindings(made.warnings)).toEqual(
    why.map((each, i) => `x: cell 1, line ${i + 1}: ${lines[i]}: left out, ${each}`),
  );
  expect(
    cellsOf(made.script)
      .slice(1)
      .every((line) => line.startsWith('_nb.left_out(')),
  ).toBe(true);
});

test.each([
  [
    `!cd /content && wget https://x.org/${archive} && tar xzf ${archive}; ls`,
    "_nb.system('cd /content && : && :; ls')",
  ],
  ['!sudo apt -y install default-jre && java -version', "_nb.system(': && java -version')"],
  ['os.system("apt-get install openjdk-11-jdk")', "os.system(':')"],
  [`subprocess.run(["wget", "https://x.org/${archive}"])`, "subprocess.run(['true'])"],
  ['!tar xf my-spark-rows.tgz', "_nb.system('tar xf my-spark-rows.tgz')"],
])('%s: what else it does stays', async (line, left) => {
  const made = await convert(notebook([line]));
  expect([made.problems, cellsOf(made.script).at(-1)]).toEqual([[], left]);
});

test.each([
  ['!apt install -y openjdk-11-jdk graphviz', 'there is no apt in a job'],
  [`%%bash\nwget https://x.org/${archive}`, 'the image has Spark; remove the line'],
  [
    '!echo "spark.x y" >> $SPARK_HOME/conf/spark-defaults.conf',
    'Spark reads this file before the first cell; name its settings in a builder',
  ],
])('%s is refused', async (line, message) => {
  expect(shownFindings((await convert(notebook([line]))).problems)).toEqual([expect.stringContaining(message)]);
});

test('settings in a spark-defaults.conf that a cell writes are those of the job', async () => {
  const lines = [
    '# all',
    'spark.jars.packages a:b:1',
    'spark.driver.memory=4g',
    'spark.x  -Da=b -Dc=d',
    'spark.master local',
  ];
  const made = await convert(notebook([`%%writefile /opt/spark/conf/spark-defaults.conf\n${lines.join('\n')}`]));
  expect([made.problems, made.lists]).toEqual([[], { maven: ['a:b:1'] }]);
  expect(made.conf).toMatchObject({ 'spark.driver.memory': { value: '4g' }, 'spark.x': { value: '-Da=b -Dc=d' } });
  expect(shownFindings(made.warnings)).toEqual([
    'x: cell 1, line 1: spark.master: left out, the job runs in the cluster that it is submitted to',
  ]);
});

test.each<[cells: string[], problems: number]>([
  [['%%capture out\n!pip install humanize'], 0],
  [['%%capture out --no-stderr\nx = 1', 'outer = 2'], 0],
  [['%%capture out\nx = 1', 'out.show()'], 1],
  [['%%capture out\nx = 1', '!echo {out.stdout}'], 1],
])('%j: a capture that nothing reads hides its output', async (cells, problems) =>
  expect((await convert(notebook(cells))).problems).toHaveLength(problems),
);

test('quotes around the value of %env are named as the reason', async () => {
  const made = await convert(notebook(["%env PYSPARK_SUBMIT_ARGS='--packages a:b:1 pyspark-shell'"]));
  expect(shownFindings(made.problems)).toEqual([expect.stringMatching(/; remove the quotes around all of it$/)]);
});
