// Saved Keras models and data files, good ones and bad ones, without Keras and NumPy.
import { zipSync } from 'fflate';

const bytes = (text: string) => new TextEncoder().encode(text);

/** https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: only what is said of an array. */
function npy(shape: number[], descr = '<f4'): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }\n`;
  return Buffer.concat([Buffer.from([0x93]), bytes('NUMPY'), Buffer.from([1, 0, header.length, 0]), bytes(header)]);
}
const npz = (arrays: Record<string, Uint8Array>) =>
  zipSync(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, array])));

const layer = (name: string, config: object, others: object = {}) => ({
  module: 'keras.layers',
  class_name: name,
  config,
  ...others,
});
const description = (layers: object[], compiled: object | null = { loss: 'mse', metrics: ['accuracy'] }) => ({
  ...{ module: 'keras', class_name: 'Sequential', config: { layers }, compile_config: compiled },
});
const plain = [layer('InputLayer', { batch_shape: [null, 4] }), layer('Dense', { activation: 'relu' })];
const keras = (of: object) => zipSync({ 'config.json': bytes(JSON.stringify(of)) });
const hdf5 = (...texts: object[]) =>
  Buffer.concat([Buffer.from('894844460d0a1a0a', 'hex'), ...texts.map((text) => bytes(`\0${spaced(text)}\0`))]);
/** As Python writes JSON. */
const spaced = (of: object) => JSON.stringify(of).replaceAll('":', '": ');

const custom = { module: null, registered_name: 'Custom>Mine' };
/** Models and data by name: only what their readers look at. */
export const kerasFiles: Record<string, string | Uint8Array> = {
  'good.keras': keras(description(plain)),
  'open.keras': keras(description([layer('InputLayer', { batch_shape: [null, null, 4] })])),
  'raw.keras': keras(description(plain, null)),
  'own.keras': keras(
    description([
      layer('Mine', {}, custom),
      layer('Lambda', { function: { class_name: '__lambda__' } }),
      layer('Dense', { activation: { module: 'builtins', class_name: 'function', config: 'act' } }),
    ]),
  ),
  'own-loss.keras': keras(description(plain, { loss: { module: 'builtins', class_name: 'function', config: 'lost' } })),
  'two.keras': keras(description([...plain, ...plain])),
  'no.keras': 'not a zip',
  'other.keras': zipSync({ 'x.json': bytes('{}') }),
  'good.h5': hdf5({ class_name: 'Sequential', config: { layers: plain } }, { loss: 'mse' }),
  'raw.h5': hdf5({ class_name: 'Sequential', config: { layers: plain } }),
  'own.h5': hdf5({ class_name: 'Sequential', config: { layers: [{ class_name: 'Custom>Mine', config: {} }] } }),
  'no.h5': 'not HDF5',
  'model.json': JSON.stringify(description(plain, null)),
  'list.json': '[]',
  'text.json': 'text',
  'good.npz': npz({ x: npy([100, 4]), y: npy([100]) }),
  'mnist.npz': npz({ x_train: npy([100, 2, 2]), y_train: npy([100]), x_test: npy([9, 2, 2]), y_test: npy([9]) }),
  'wide.npz': npz({ x: npy([100, 5]), y: npy([100]) }),
  'uneven.npz': npz({ x: npy([100, 4]), y: npy([99]) }),
  'objects.npz': npz({ x: npy([100, 4], '|O'), y: npy([100]) }),
  'single.npz': npz({ x: npy([100, 4]) }),
  'other.npz': npz({ a: npy([1]) }),
  'no.npz': 'not a zip',
  'good.csv': `a,b,c,d,label\n${'1,2,3,4,0\n'.repeat(100)}`,
  'marked.csv': `\ufeffa,b,c,d,label\r\n${'1,2,3,4,0\r\n'.repeat(100)}`,
  'short.csv': 'a,b,c,d,label\n1,2,3,4\n',
  'words.csv': 'a,b,c,d,label\n1,2,3,4,0\n1,2,"x, y",4,0\n',
  'gap.csv': 'a,b,c,d,label\n1,,3,4,0\n',
  'latin.csv': Buffer.from('a,b,c,d,label\n1,2,3,4,\xe9\n', 'latin1'),
  'empty.csv': '',
};
