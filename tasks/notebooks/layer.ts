// The packages that the images of notebooks add to the Spark image.
import { readFileSync } from 'node:fs';
import type { Layer } from '../images/layer/layer.ts';
import { noDeps } from '../images/layer/requirements.ts';
import type { Profile } from '../profile/schema.ts';
import { requirementsFile } from './dev/environment.ts';

/** Of the dev stack: the same packages as the virtual environment of processes. */
export const devLayer: Layer = { files: [], pip: [noDeps, `-r ${requirementsFile}`], maven: [] };

/** What stands in the file behind packages that only TensorFlow, Keras and elephas need. */
const forKeras = / # keras$/;

/** Of notebook servers in the cluster: the same, or with `notebook.keras: false` what notebooks without Keras need. */
export function serverLayer({ notebook }: Pick<Profile, 'notebook'>): Layer {
  if (notebook.keras) return devLayer;
  const lines = readFileSync(requirementsFile, 'utf8').split('\n');
  return { ...devLayer, pip: [noDeps, ...lines.filter((line) => !forKeras.test(line))] };
}
