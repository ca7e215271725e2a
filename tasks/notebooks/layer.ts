// The packages that the image of notebooks adds to the Spark image.
import type { Layer } from '../images/layer/layer.ts';
import { requirementsFile } from './dev/environment.ts';

/** The same packages as the virtual environment of processes. */
export const devLayer: Layer = { files: [], pip: ['--no-deps', `-r ${requirementsFile}`], maven: [] };
