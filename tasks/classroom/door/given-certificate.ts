// The certificate of the institution, which classroom.door.certificate names: read, and checked before seats are made.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Failure, messageOf, usageFailure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context } from '../../steps/types.ts';
import { type ClassPlan, seatsOf } from '../class.ts';
import { classEnd } from '../class-end.ts';
import type { ClassRun } from '../run.ts';
import { covers, type DoorCertificate, described, nameOf } from './certificate.ts';
import { balancersOf } from './entrance.ts';

/** Files of a certificate. */
export interface Given {
  /** File with the certificate, and those of the authorities above it behind it. PEM. */
  certificate: string;
  /** File with its private key. PEM. */
  key: string;
}

/** The files that the profile names; undefined if it names none. */
export function givenFiles({ classroom: { door } }: Profile): Given | undefined {
  const { certificate, key } = door;
  return certificate && key ? { certificate, key } : undefined;
}

interface Needs {
  hosts: readonly string[];
  now?: Date;
}

/** The certificate of these files. Throws a usage Failure with everything that keeps it from serving these hosts now. */
export async function givenCertificate(files: Given, { hosts, now = new Date() }: Needs): Promise<DoorCertificate> {
  const [certificatePem = '', keyPem = ''] = await Promise.all([files.certificate, files.key].map(textOf));
  const certificate = read(files.certificate, () => new X509Certificate(certificatePem));
  const key = read(files.key, () => createPrivateKey(keyPem));
  const problems = givenProblems(files, certificate, key, { hosts, now });
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  return described({ certificatePem, keyPem });
}

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(`${file}: ${error.code === 'ENOENT' ? 'not found' : error.message}`);
  });

function read<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const isLocked = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    throw usageFailure(
      `${file}: ${isLocked ? 'the key has a passphrase: save the key without one' : 'not a valid PEM file'}`,
    );
  }
}

function givenProblems(
  files: Given,
  certificate: X509Certificate,
  key: KeyObject,
  { hosts, now }: Required<Needs>,
): string[] {
  const uncovered = [...new Set(hosts.map(nameOf))].filter((name) => !covers(certificate, name));
  const [first, ...others] = uncovered;
  return [
    ...(certificate.checkPrivateKey(key) ? [] : [`${files.key}: not the key of ${files.certificate}`]),
    ...(new Date(certificate.validFrom) > now
      ? [`${files.certificate}: valid only from ${certificate.validFrom}`]
      : []),
    ...(new Date(certificate.validTo) <= now ? [`${files.certificate}: expired on ${certificate.validTo}`] : []),
    ...(first
      ? [`${files.certificate}: does not cover ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`]
      : []),
  ];
}

/** What keeps the given certificate from serving the class, a line each; none without one. Only reads. */
export async function certificateProblems(context: Context, run: ClassRun): Promise<string[]> {
  const files = givenFiles(context.profile);
  if (!files) return [];
  const hosts = await knownHosts(context, run);
  return givenCertificate(files, { hosts }).then(
    () => [],
    (error: Failure) => messageOf(error).split('\n'),
  );
}

/** Hosts of seats before anything of the class is made; a load balancer may have no address yet. */
async function knownHosts(context: Context, run: ClassRun): Promise<string[]> {
  const { profile } = context;
  const hostsOf = (plan: ClassPlan, address: string) =>
    seatsOf(profile, plan, { address, port: 443 }).map(({ host }) => host);
  const { domain, loadBalancer } = profile.classroom.door;
  const plan = await run.plan();
  if (domain) return hostsOf(plan, '');
  if (!balancersOf(context)) return hostsOf(plan, (await run.entrance(context)).address);
  return loadBalancer.address ? [loadBalancer.address] : [];
}

/** When the given certificate ends before the class: a line, or none. Only reads. */
export async function earlyEnd(profile: Profile): Promise<string[]> {
  const files = givenFiles(profile);
  if (!files) return [];
  const { end } = described({ certificatePem: await textOf(files.certificate), keyPem: '' });
  if (end >= classEnd(profile)) return [];
  return [
    `${files.certificate}: valid until ${end.toISOString().slice(0, 10)}, before the class ends: replace the file by then, and run firesteel classroom apply`,
  ];
}
