// Shapes that several keys of a profile share.
import * as z from 'zod';
import { parseAge } from '../../core/age.ts';
import { ownPath } from '../../core/paths.ts';

/** JSON Schema types of a text that may be written bare, as in `cpu: 2`: the reader takes it as the text it is. */
export const bareNumber = ['string', 'number'];

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A file or folder of this machine. Programs that start elsewhere get it too, so it is absolute from here on. */
export const filePath = z.string().overwrite((text) => (text === '' || text.includes('://') ? text : ownPath(text)));

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

/** A network of IPv4 such as 203.0.113.0/24: the schema of a profile has the same rule. */
export const cidr = new RegExp(`^${octet}(\\.${octet}){3}/(3[0-2]|[12]?\\d)$`);

/** CPUs as a Kubernetes quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?m?$/, 'expected a number of CPUs such as 500m or 2')
  .meta({ type: bareNumber });

/** What a size needs. Kubernetes takes 512m too, as half a byte, and 4096 as bytes. */
export const sizeForm = 'expected a size such as 512Mi or 4Gi';

/** A size of memory or disk as a Kubernetes quantity. */
export const size = z
  .string()
  .regex(/^(\d{6,}|\d+(\.\d+)?(k|M|G|T|Ki|Mi|Gi|Ti))$/, sizeForm)
  .meta({ type: bareNumber });

/** A time as Spark's JavaUtils.timeStringAs takes it, with its unit. */
export const time = z.string().regex(/^\d+(ms|s|m|min|h|d)$/, 'expected a time such as 60s or 5min');

/** How long something may be idle. */
export const idleTime = z.string().refine((text) => (parseAge(text) ?? 0) > 0, 'expected a time such as 30m or 8h');

/** A full version of Spark. */
export const versionText = z
  .string({
    error: (issue) => (typeof issue.input === 'number' ? 'expected a text: put the version in quotes' : undefined),
  })
  .regex(/^\d+\.\d+\.\d+$/, 'expected a version such as "4.3.0"');

/** A Kubernetes name: RFC 1123 label of at most `most` characters. */
export const labelName = (most: number) =>
  z
    .string()
    .max(most, `expected at most ${most} characters`)
    .regex(dnsLabel, 'expected lower-case letters, digits and "-", beginning and ending with a letter or digit');
