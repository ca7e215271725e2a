// Every key a job.yaml can have and what it means. The JSON Schema and the table in docker/jobs/README.md come from here.
import { z } from 'zod';
import { bareNumber, versionText } from '../profile/blocks/shapes.ts';
import type { KeySchema } from '../profile/keys.ts';
import { dataSchema } from './data.ts';
import { optionsSchema } from './options.ts';
import { resultSchema } from './result.ts';
import { volumesSchema } from './volumes.ts';

/** A text that may be written bare, as in `args: [10, true]`. */
const bareText = z.string().meta({ type: [...bareNumber, 'boolean'] });

/** A name of an environment variable, as POSIX has it. */
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'expected a name of letters, digits and "_"');

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const secretName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

const paths = z.array(z.string().min(1)).default([]);

const packages = z.strictObject({
  pip: paths.describe(
    'Python packages as pip names them, such as "numpy==2.3.5", installed into a layer of the image; behind --no-deps without what they ask for.',
  ),
  requirements: z.string().optional().describe('The same, as a requirements file of pip.'),
  maven: paths.describe('Java libraries as group:artifact:version, with all they need, put into a layer of the image.'),
});

export const jobSchema = z.strictObject({
  main: z
    .string()
    .regex(
      /^(local:\/\/\/.+\.(py|jar)|(?!\w+:\/).+\.(py|jar|zip))$/,
      "expected a .py, .jar or .zip by its path from the job's folder, or local:///… in the image",
    )
    .describe(
      "The program: a .py, a .jar or a .zip with `__main__.py` in it, by its path from the job's folder; or local:///… for one in the image.",
    ),
  class: z.string().optional().describe('The main class of a jar; by default the one its manifest names.'),
  args: z.array(bareText).default([]).describe('Arguments, unless some are given on the command line.'),
  executors: z.int().min(1).max(9999).optional().describe('How many, spark.executor.instances.'),
  conf: z
    .record(z.string(), bareText)
    .default({})
    .describe('Spark properties of this job; those of the profile override them.'),
  spark: versionText.optional().describe('Version of Spark it runs on where the profile names none, such as "3.5.9".'),
  needs: z
    .record(z.string(), bareText)
    .default({})
    .describe('Libraries it is made for and their versions, such as bigdl: 2.3.0; not every Spark goes with them.'),
  packages: packages.prefault({}).describe('What it needs from PyPI and Maven Central.'),
  pyFiles: paths.describe(
    'Python modules for driver and executors: .py, .zip, .egg, .whl, or folders of modules or that are a package.',
  ),
  jars: paths.describe('Jars for driver and executors, or folders of them.'),
  files: paths.describe(
    "Files for driver and executors, or folders of them: each stands in the program's current folder.",
  ),
  env: z.record(variable, bareText).default({}).describe('Environment variables of driver and executors.'),
  secrets: z
    .record(
      variable,
      z.strictObject({
        secret: z
          .string()
          .regex(secretName, 'expected the name of a Kubernetes Secret')
          .describe('Name of the Secret.'),
        key: z
          .string()
          .regex(/^[-.\w]+$/, 'expected a key of that Secret')
          .describe('Which of its keys.'),
      }),
    )
    .default({})
    .describe('The same from Secrets of its namespace, as TOKEN: {secret: NAME, key: KEY}.'),
  notSecrets: z
    .array(z.string().min(1))
    .default([])
    .describe('Names in conf and env that look like secrets and hold none.'),
  options: optionsSchema
    .optional()
    .describe('The program\'s own flags, each as it is typed, such as "-b, --batchSize": others are refused.'),
  check: z
    .string()
    .regex(/\.py$/, "expected a .py by its path from the job's folder")
    .optional()
    .describe(
      'A Python program that gets the arguments on this machine before anything is begun; a line it prints is a problem.',
    ),
  data: dataSchema.optional().describe('What it reads, and how it is told where that is; --data takes another one.'),
  volumes: volumesSchema
    .optional()
    .describe('Claims by name: made where there are none, and kept when the run is over.'),
  result: resultSchema
    .optional()
    .describe(
      "What comes out, by label: a regular expression for lines of the driver's log, with one group, or two, label and value.",
    ),
});

/** A job.yaml, read. */
export type JobDescription = z.output<typeof jobSchema>;

let jsonSchema: KeySchema | undefined;

/** JSON Schema of a job.yaml, for editors and for looking up keys: docker/jobs/schema.json is this. */
export const jobJsonSchema = (): KeySchema => {
  jsonSchema ??= z.toJSONSchema(jobSchema, { target: 'draft-7', io: 'input' }) as KeySchema;
  return jsonSchema;
};
