// Orders the door's certificate from a public authority, and renews it before it expires.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair } from '../../core/certificates.ts';
import { messageOf } from '../../core/failure.ts';
import { newAcmeKey, orderCertificate, type Proof } from '../../core/network/acme.ts';
import type { FileContent } from '../../core/types.ts';
import { until } from '../../core/wait.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output, SingleStep } from '../../steps/types.ts';
import { classEnd } from '../class-end.ts';
import { classPath, privateMode } from '../folder.ts';
import { covers } from './certificate.ts';
import { textsOf } from './lookups.ts';

const day = 86_400_000;
/** How long before its end a certificate is ordered again; a third of its life where that is less. */
const renewal = 30 * day;
/** People place the record by hand. */
const recordSeconds = 1800;

type Acme = NonNullable<Profile['classroom']['door']['acme']>;

/** Each authority has its folder: a certificate of a test authority is not taken for a real one. */
const acmePath = ({ classroom }: Profile, { directory }: Acme, name: string): string =>
  join(classPath(classroom.name, 'acme'), new URL(directory).host.replace(/[^\w.-]/g, '_'), name);

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

/** All seats of a domain have one certificate. Names of students would be in public lists of certificates for ever. */
const namesFor = (domain: string): string[] => [`*.${domain}`];

/** Undefined without one, and for one that is over or does not cover the domain. */
export async function orderedCertificate(profile: Profile, now = new Date()): Promise<KeyPair | undefined> {
  const { acme, domain } = profile.classroom.door;
  if (!acme || !domain) return undefined;
  const [certificatePem, keyPem] = await Promise.all(
    ['door.crt', 'door.key'].map((name) => textOf(acmePath(profile, acme, name))),
  );
  if (!certificatePem || !keyPem) return undefined;
  try {
    const certificate = new X509Certificate(certificatePem);
    const isGood =
      certificate.checkPrivateKey(createPrivateKey(keyPem)) &&
      Date.parse(certificate.validTo) > now.getTime() &&
      namesFor(domain).every((name) => covers(certificate, name));
    return isGood ? { certificatePem, keyPem } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it ends before the class, and soon. */
export function isDue({ certificatePem }: KeyPair, classEnds: Date, now = new Date()): boolean {
  const { validFrom, validTo } = new X509Certificate(certificatePem);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return to < classEnds.getTime() && to - now.getTime() < Math.min(renewal, (to - from) / 3);
}

/** The record that proves the domain, as a zone file has it. */
const recordLine = ({ name, text }: Proof): string => `_acme-challenge.${name} TXT "${text}"`;

/** Until every server of the zone has the record; `out` says which one. */
async function waitForRecords(
  domain: string,
  proofs: readonly Proof[],
  { signal }: Pick<Context, 'signal'>,
  out: Output,
): Promise<void> {
  for (const proof of proofs)
    await until({
      for: `DNS record ${recordLine(proof)}`,
      seconds: recordSeconds,
      everyMs: 5000,
      signal,
      onSeen: (seen) => out.line(seen),
      hint: 'create the DNS record and run the same command again: the value stays the same',
      probe: async () => {
        const found = await textsOf(`_acme-challenge.${proof.name}`, domain);
        if (found.includes(proof.text)) return { done: true };
        const others = found.length > 0 ? ` (it has ${found.map((text) => `"${text}"`).join(', ')})` : '';
        return { seen: `create this DNS record: ${recordLine(proof)}${others}` };
      },
    });
}

const privateFile = (path: string, content: string): FileContent => ({ path, content, mode: privateMode });

/** Orders one, or continues an order that was interrupted. */
async function order(context: Context, domain: string, acme: Acme, out: Output): Promise<void> {
  const { profile, write, signal } = context;
  const place = (name: string) => acmePath(profile, acme, name);
  const accountKeyPem = (await textOf(place('account.key'))) ?? newAcmeKey();
  const begunKey = await textOf(place('next.key'));
  const keyPem = begunKey ?? newAcmeKey();
  const orderUrl = begunKey ? await textOf(place('order')) : undefined;
  // Kept before they are used: an account or a certificate whose key is lost is of no use.
  await write([privateFile(place('account.key'), accountKeyPem), privateFile(place('next.key'), keyPem)]);
  const certificatePem = await orderCertificate({
    directory: acme.directory,
    email: acme.email,
    names: namesFor(domain),
    accountKeyPem,
    keyPem,
    ...(orderUrl ? { orderUrl } : {}),
    keepOrder: (url) => write([privateFile(place('order'), url)]),
    prove: (proofs) => waitForRecords(domain, proofs, context, out),
    signal,
  });
  await write([privateFile(place('door.key'), keyPem), privateFile(place('door.crt'), certificatePem)]);
  await Promise.all([place('next.key'), place('order')].map((path) => rm(path, { force: true })));
  out.line(`valid until ${new X509Certificate(certificatePem).validTo}; you can delete the TXT record now`);
}

/** Gets a certificate and, if `renews`, another one before it ends; nothing without `classroom.door.acme`. */
export function certificateSteps(profile: Profile, renews = true): SingleStep[] {
  const { acme, domain } = profile.classroom.door;
  if (!acme || !domain) return [];
  return [
    {
      title: 'Get a certificate for the door',
      skip: async () => {
        const kept = await orderedCertificate(profile);
        if (!kept || (renews && isDue(kept, classEnd(profile)))) return false;
        return `valid until ${new X509Certificate(kept.certificatePem).validTo}`;
      },
      run: async (context, out) => {
        const { host } = new URL(acme.directory);
        const kept = await orderedCertificate(profile);
        const what = `order a certificate for ${namesFor(domain).join(', ')} from ${host}`;
        await context
          .change(what, () => order(context, domain, acme, out))
          .catch((error: unknown) => {
            // A class goes on with the old one while the next one cannot be had.
            if (!kept || context.signal.aborted) throw error;
            const { validTo } = new X509Certificate(kept.certificatePem);
            const line = `the certificate of the door expires on ${validTo}, and there is no new certificate yet: ${messageOf(error)}`;
            context.state.lines = [...(context.state.lines ?? []), line];
          });
      },
    },
  ];
}
