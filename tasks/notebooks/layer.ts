// What the image of notebooks has beyond Spark.
import type { Layer } from '../images/layer/layer.ts';
import { requirementsFile } from './dev/environment.ts';

/** The same packages as the virtual environment of processes. */
export const devLayer: Layer = { files: [], pip: ['--no-deps', `-r ${requirementsFile}`], maven: [] };
