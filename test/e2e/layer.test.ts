// A job's image with packages from PyPI and Maven Central: built, brought into the engine that is here, and looked at from inside.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { cachePath, imageArchive, imageFolder } from '../../tasks/core/paths.ts';
import { buildSteps } from '../../tasks/images/build-steps.ts';
import { findEngine } from '../../tasks/images/docker.ts';
import { presentCommand } from '../../tasks/images/layer/image.ts';
import { type Layer, layerSteps, layerTools } from '../../tasks/images/layer/layer.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../tasks/steps/types.ts';
import { installTools, perform } from './firesteel.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-layer-'));
const exec = createExec(new AbortController().signal);

describe('the image of a job', async () => {
  const profile = await readProfile('local', []);
  const layer: Layer = {
    files: [{ from: join(folder, 'data.txt'), to: '/opt/spark/job/files/data.txt' }],
    pip: ['six==1.17.0 --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274'],
    maven: ['org.apache.commons:commons-csv:1.14.1'],
  };
  let image = '';

  afterAll(() => {
    for (const path of [imageArchive(image), imageFolder(image)]) rmSync(path, { recursive: true, force: true });
    rmSync(folder, { recursive: true });
  });

  beforeAll(async () => {
    // Different each time, so that it is built and not found.
    writeFileSync(join(folder, 'data.txt'), folder);
    await installTools(layerTools(layer));
    await perform(buildSteps(profile));
    const [name] = layerSteps(profile, layer) as SingleStep[];
    const state: Context['state'] = {};
    await name?.run({ state, run: exec } as Context, { line: () => {} });
    image = state.image ?? '';
    await perform(layerSteps(profile, layer));
  });

  test('has the package, the jar and the file, for the user of the image', async () => {
    const engine = await findEngine({ profile, cluster: {}, read: exec, run: exec } as unknown as Context);
    const look = [
      'id -u',
      'python3 -c "import six, sys; print(six.__version__, six.__cached__)"',
      'cat /opt/spark/job/files/data.txt; echo',
      'ls /opt/spark/job/jars; echo "$SPARK_DIST_CLASSPATH"',
    ].join('; ');
    const lines: string[] = [];
    await engine(
      [
        presentCommand(image),
        ['docker', 'run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', look],
        ['docker', 'image', 'rm', image],
      ],
      (line) => lines.push(line),
    );
    const text = lines.join('\n');
    expect(text).toContain('185\n1.17.0 /opt/spark/job/python/__pycache__/six.cpython-311.pyc\n');
    expect(text).toContain(`${folder}\n`);
    expect(text).toMatch(/org\.apache\.commons_commons-csv-1\.14\.1\.jar\n(.*\n)*\/opt\/spark\/job\/jars\/\*/);
  });

  test("its jars came by way of our own cache, not the user's", () =>
    expect(existsSync(cachePath('ivy', 'org.apache.commons', 'commons-csv', 'jars', 'commons-csv-1.14.1.jar'))).toBe(
      true,
    ));

  test('is there the second time', async () => {
    const reasons = await Promise.all(
      (layerSteps(profile, layer) as SingleStep[]).map((step) => step.skip?.({} as Context)),
    );
    expect(reasons.slice(1, -1)).toEqual(reasons.slice(1, -1).map(() => `${image} is built`));
    expect(reasons.at(-1)).toBe('in the cache');
  });
});
