// The types of bundling.js, which runs before anything can compile it.
import type { BuildOptions } from 'esbuild';

/** Options of esbuild, but for what is bundled and where it goes. */
export const bundling: BuildOptions;
