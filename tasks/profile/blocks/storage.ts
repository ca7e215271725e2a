// The keys of a profile for the remote file system of its jobs, without secret values.
import * as z from 'zod';
import { labelName, size } from './shapes.ts';

const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable');
const secretKey = z.string().regex(/^[-.\w]+$/, 'expected a key of a Secret');

const credentials = z.strictObject({
  secret: labelName(63)
    .optional()
    .describe('Name of the Secret of the namespace that holds the keys; with service, by default storage-keys.'),
  accessKey: secretKey.default('AWS_ACCESS_KEY_ID').describe('Key of the Secret with the access key of S3.'),
  secretKey: secretKey.default('AWS_SECRET_ACCESS_KEY').describe('Key of the Secret with the secret key of S3.'),
  sessionToken: secretKey.optional().describe('Key of the Secret with the session token of S3.'),
  keyFile: secretKey.default('key.json').describe("Key of the Secret with the JSON key file of Google's account."),
  workloadIdentity: z
    .boolean()
    .default(false)
    .describe('Whether the service accounts of driver and executors have access to the storage themselves.'),
  anonymous: z.boolean().default(false).describe('Whether the storage is open to everyone, such as public data.'),
  fromEnv: z
    .strictObject({
      accessKey: variable.optional().describe('Variable with the access key of S3.'),
      secretKey: variable.optional().describe('Variable with the secret key of S3.'),
      sessionToken: variable.optional().describe('Variable with the session token of S3.'),
      keyFile: variable.optional().describe("Variable with the path of the JSON key file of Google's account."),
    })
    .optional()
    .describe('Environment variables of this machine from which firesteel data up makes the Secret.'),
});

export const storage = z.strictObject({
  kind: z.enum(['s3', 'gcs', 'hdfs']).describe('Kind of the remote file system: s3, gcs or hdfs.'),
  service: z
    .boolean()
    .default(false)
    .describe(
      'Whether firesteel data up runs an S3 server: for pods of the namespace, and data sets for seats to read.',
    ),
  endpoint: z
    .string()
    .regex(
      /^(https?|hdfs):\/\/[^\s/@?#]+\/?$/,
      'expected an address without a path, such as https://s3.example.org or hdfs://host:8020',
    )
    .refine((address) => URL.canParse(address), { error: 'expected a host, and a port of at most 65535', abort: true })
    .optional()
    .describe("Address of the S3 server or of HDFS' name node; by default that of AWS."),
  bucket: z
    .string()
    .regex(
      /^[a-z0-9][-._a-z0-9]{1,61}[a-z0-9]$/,
      'expected a bucket of 3 to 63 lower-case letters, digits, "-" and "."',
    )
    .optional()
    .describe('Name of the bucket; with service, by default spark.'),
  region: z
    .string()
    .regex(/^[-a-z0-9]+$/, 'expected a region such as eu-west-1')
    .optional()
    .describe('Region of the bucket; by default us-east-1 with an endpoint.'),
  project: z
    .string()
    .regex(/^[-a-z0-9:.]+$/)
    .optional()
    .describe("Google's project, for gcs."),
  user: z
    .string()
    .regex(/^[-.\w]+$/)
    .optional()
    .describe('User that HDFS sees, HADOOP_USER_NAME.'),
  credentials: credentials.prefault({}).describe('Credentials of driver and executors.'),
  size: size.default('10Gi').describe('Size of the claim of the S3 server.'),
  storageClass: z.string().optional().describe("Storage class of that claim; by default the cluster's."),
});

/** The block, read. */
export type Storage = z.output<typeof storage>;
