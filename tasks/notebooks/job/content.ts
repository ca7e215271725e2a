// The content of a notebook job's folder: the program, its job.yaml, and constraints of pip.
import { basename, dirname, join, resolve } from 'node:path';
import type { FileContent } from '../../core/types.ts';
import { readRequirements } from '../../images/layer/requirements.ts';
import { isAddress } from '../../jobs/files.ts';
import type { Conversion } from './convert.ts';

/** Keys of `firesteel` in a notebook's metadata that name files, beside the notebook. */
const pathKeys = ['files', 'pyFiles', 'jars'] as const;

type Block = Record<string, unknown>;

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is not a list or block is for the reader of the job to refuse. */
const withMore = (value: unknown = [], more: readonly string[] = []): unknown =>
  Array.isArray(value) ? [...new Set([...value, ...more])] : value;

const without = (block: Block, isEmpty: (value: unknown) => boolean): Block =>
  Object.fromEntries(Object.entries(block).filter(([, value]) => !isEmpty(value)));

const isNothing = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) ? value : isBlock(value) ? Object.keys(value) : [0]).length === 0;

/** The files of the job of the notebook at `path`, in `folder`. Everything in JSON is YAML as well. */
export function jobContent(path: string, folder: string, made: Conversion): FileContent[] {
  const { script, conf, lists, job } = made;
  // Not a module's name: Python looks beside its program first, and keras.py would be in the place of the package.
  const program = `${basename(folder)}.ipynb.py`;
  const beside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(beside);
    return typeof value === 'string' && !isAddress(value) ? resolve(dirname(path), value) : value;
  };
  // The files that lines name are read here, for Spark is in the image, whatever version they ask for.
  const { lines, constraints } = readRequirements(made.packages, dirname(resolve(path)));
  const pip = [
    ...lines.filter((line) => !/^pyspark(?![\w.-])/i.test(line)),
    ...(constraints.length > 0 ? ['-c constraints.txt'] : []),
  ];
  const { packages = {}, conf: properties = {}, ...others } = job;
  const found = Object.fromEntries(Object.entries(conf).map(([key, { value }]) => [key, value]));
  // Metadata says the same by its own key.
  if (job['executors'] !== undefined) delete found['spark.executor.instances'];
  const yaml = without(
    {
      ...others,
      ...Object.fromEntries(pathKeys.map((key) => [key, withMore(beside(job[key]), lists[key])])),
      conf: isBlock(properties) ? { ...found, ...properties } : properties,
      packages: isBlock(packages)
        ? without(
            {
              ...packages,
              pip: withMore(packages['pip'], pip),
              requirements: beside(packages['requirements']),
              maven: withMore(packages['maven'], lists.maven),
            },
            isNothing,
          )
        : packages,
      main: program,
    },
    isNothing,
  );
  return [
    { path: join(folder, program), content: script },
    { path: join(folder, 'job.yaml'), content: `${JSON.stringify(yaml, null, 2)}\n` },
    ...(constraints.length > 0
      ? [{ path: join(folder, 'constraints.txt'), content: `${constraints.join('\n')}\n`, mode: 0o600 }]
      : []),
  ];
}
