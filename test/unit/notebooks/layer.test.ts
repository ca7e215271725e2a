// The packages of notebook servers.
import { expect, test } from 'vitest';
import { readRequirements } from '../../../tasks/images/layer/requirements.ts';
import { devLayer, serverLayer } from '../../../tasks/notebooks/layer.ts';
import { readProfile } from '../../../tasks/profile/read.ts';

const packagesOf = async (...sets: string[]): Promise<string[]> => {
  const { lines, problems } = readRequirements(serverLayer(await readProfile('local', sets)).pip);
  expect(problems).toEqual([]);
  return lines.map((line) => line.replace(/==.*/, ''));
};

test('a notebook server has the packages of the dev stack', async () => {
  expect(serverLayer(await readProfile('local', []))).toEqual(devLayer);
  expect(await packagesOf()).toEqual(expect.arrayContaining(['jupyterlab', 'pandas', 'keras', 'elephas', 'grpcio']));
});

test('without Keras, it lacks TensorFlow, Keras, elephas and what only these need', async () => {
  const all = await packagesOf();
  const left = await packagesOf('notebook.keras=false');
  expect(left).toEqual(expect.arrayContaining(['--no-deps', 'jupyterlab', 'pandas', 'pyarrow', 'matplotlib', 'numpy']));
  const gone = all.filter((name) => !left.includes(name));
  expect(gone).toEqual(expect.arrayContaining(['tensorflow', 'keras', 'elephas', 'h5py', 'flask', 'grpcio']));
  expect(left).toEqual(all.filter((name) => !gone.includes(name)));
});
