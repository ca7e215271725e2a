// The Dockerfile of a job's image, and the commands that build it.
import { expect, test } from 'vitest';
import { imageArchive } from '../../tasks/lib/paths.ts';
import { dockerfile, layerBuildCommands, type Parts } from '../../tasks/spark/image/layer-image.ts';

const nothing: Parts = { python: false, jars: false, job: false, others: [], modules: false, ownJars: false };

test.each<[string, Partial<Parts>, string[]]>([
  [
    'packages',
    { python: true },
    [
      'COPY ["python","/opt/spark/job/python"]',
      'RUN python3 -W ignore -m compileall -q -j 0 -x /tests/ --invalidation-mode unchecked-hash /opt/spark/job/python || :',
      'ENV PYTHONPATH=/opt/spark/job/python${PYTHONPATH:+:$PYTHONPATH}',
    ],
  ],
  [
    'jars',
    { jars: true },
    [
      'COPY ["jars","/opt/spark/job/jars"]',
      'ENV SPARK_DIST_CLASSPATH=/opt/spark/job/jars/*${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}',
    ],
  ],
  [
    'files',
    { job: true, others: [{ copy: 'other/0', to: '/data/my set' }] },
    ['COPY ["other/0","/data/my set"]', 'COPY ["job","/opt/spark/job"]'],
  ],
  [
    'modules of its own',
    { job: true, modules: true },
    ['COPY ["job","/opt/spark/job"]', 'ENV PYTHONPATH=/opt/spark/job/python${PYTHONPATH:+:$PYTHONPATH}'],
  ],
])("the Dockerfile of a job with %s starts from Spark's and ends as its user", (_, parts, lines) => {
  const text = dockerfile('spark:T', { ...nothing, ...parts });
  expect(text.trimEnd().split('\n')).toEqual(['FROM spark:T', 'USER 0', ...lines, 'USER 185']);
});

test('the image is built without a network, on a Spark image that may be in the cache only', () => {
  const [present, build, ...others] = layerBuildCommands('spark:T', 'spark:T-J', '/work', '/a.tar');
  expect(present?.slice(-2)).toEqual(['spark:T', imageArchive('spark:T')]);
  expect(build?.slice(-7)).toEqual(['docker', 'build', '--network', 'none', '--tag', 'spark:T-J', '/work']);
  expect(others.map((command) => command.slice(0, 2))).toEqual([
    ['docker', 'save'],
    ['chown', `${process.getuid?.()}:${process.getgid?.()}`],
  ]);
});
