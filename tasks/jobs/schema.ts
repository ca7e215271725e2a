// Every key of a job.yaml with its meaning; the JSON Schema and docker/jobs/README.md are generated from it.
import * as z from 'zod';
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
    'Python packages as pip requirements, such as "numpy==2.3.5", installed into a layer of the image; after --no-deps without their dependencies.',
  ),
  requirements: z.string().optional().describe('A requirements file of pip with further packages.'),
  maven: paths.describe(
    'Java libraries as group:artifact:version, added with their dependencies to a layer of the image.',
  ),
});

export const jobSchema = z.strictObject({
  main: z
    .string()
    .regex(
      /^(local:\/\/\/.+\.(py|jar)|(?!\w+:\/).+\.(py|jar|zip))$/,
      "expected a .py, .jar or .zip by its path from the job's folder, or local:///… in the image",
    )
    .describe(
      "The program: a .py, a .jar or a .zip that contains `__main__.py`, by its path from the job's folder; or local:///… for a program in the image.",
    ),
  class: z.string().optional().describe('The main class of a jar; by default that of the manifest.'),
  args: z.array(bareText).default([]).describe('Arguments, if the command line has none.'),
  executors: z.int().min(1).max(9999).optional().describe('Number of executors, spark.executor.instances.'),
  conf: z
    .record(z.string(), bareText)
    .default({})
    .describe('Spark properties of this job; those of the profile override them.'),
  spark: versionText.optional().describe('Version of Spark if the profile names none, such as "3.5.9".'),
  needs: z
    .record(z.string(), bareText)
    .default({})
    .describe(
      'Libraries that the job needs and their versions, such as bigdl: 2.3.0; they limit the versions of Spark.',
    ),
  packages: packages.prefault({}).describe('Packages from PyPI and Maven Central.'),
  pyFiles: paths.describe(
    'Python modules for driver and executors: .py, .zip, .egg, .whl, folders of modules, or package folders.',
  ),
  jars: paths.describe('Jars for driver and executors, or folders of them.'),
  files: paths.describe("Files for driver and executors, or folders of them: each is in the program's current folder."),
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
          .describe('Key of the Secret.'),
      }),
    )
    .default({})
    .describe('Environment variables from Secrets of the namespace, as TOKEN: {secret: NAME, key: KEY}.'),
  notSecrets: z
    .array(z.string().min(1))
    .default([])
    .describe('Names in conf and env that look like secrets but are not.'),
  options: optionsSchema
    .optional()
    .describe('The program\'s own flags, each as typed, such as "-b, --batchSize"; firesteel refuses other flags.'),
  check: z
    .string()
    .regex(/\.py$/, "expected a .py by its path from the job's folder")
    .optional()
    .describe(
      'A Python program that checks the arguments on this machine before the job starts; each line of its output is a problem.',
    ),
  data: z
    .union([z.string().min(1), dataSchema])
    .optional()
    .describe('Data that the job reads, and the flag that receives its path; --data chooses other data.'),
  volumes: volumesSchema.optional().describe('Claims by name: created if missing, and kept after the run.'),
  result: resultSchema
    .optional()
    .describe(
      "Results by label: a regular expression for lines of the driver's log, with one group, or two, label and value.",
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
