// Gets Spark from an Apache release, and checks its checksum before unpacking.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { curlCommand } from '../../core/network/curl.ts';
import { projectPath } from '../../core/paths.ts';
import type { Command, Exec } from '../../core/types.ts';
import type { Context, Output } from '../../steps/types.ts';

const isAddress = (archive: string): boolean => /^[a-z]+:\/\//.test(archive);

const downloadCommand = (address: string, to: string): Command => curlCommand(address, '--retry', '3', '--output', to);

/**
 * The 128 hexadecimal digits of an Apache .sha512 file, in lower case: `HASH  FILE` of sha512sum, a bare hash, or
 * `FILE: AAAA BBBB …` over several lines of `gpg --print-md`.
 */
export function parseSha512(text: string, archive: string): string {
  const digits = text
    .trim()
    .replace(/^\S+:\s+/, '')
    .replace(/\s+\*?\S*\.t(ar\.)?gz$/, '')
    .replaceAll(/\s+/g, '')
    .toLowerCase();
  if (/^[0-9a-f]{128}$/.test(digits)) return digits;
  throw new Failure(`${archive}.sha512: contains no SHA-512 checksum`, {
    hint: 'download the .sha512 file again, from the address on the Apache download page',
  });
}

/** The release's checksum as its neighbour .sha512 tells it. */
async function readSha512(archive: string, read: Exec): Promise<string> {
  const beside = `${archive}.sha512`;
  const text = isAddress(archive) ? await read(downloadCommand(beside, '-')) : await read(['cat', '--', beside]);
  return parseSha512(text, archive);
}

/** Apache's public keys: KEYS beside a release that is a file, else docker/spark/KEYS. Never fetched with the release. */
const findKeys = (archive: string): string | undefined =>
  [...(isAddress(archive) ? [] : [join(dirname(archive), 'KEYS')]), projectPath('docker', 'spark', 'KEYS')].find(
    existsSync,
  );

/** Fetches, verifies and unpacks a release into `home`, an empty folder; `work` takes what is needed on the way. */
export async function unpackArchive(
  given: string,
  work: string,
  home: string,
  context: Context,
  out: Output,
): Promise<void> {
  const archive = isAddress(given) ? given : resolve(given);
  const file = isAddress(archive) ? join(work, basename(archive)) : archive;
  const sha512 = await readSha512(archive, context.read);
  if (isAddress(archive)) {
    out.line(`fetching ${basename(archive)}`);
    await context.run(downloadCommand(archive, file));
  }
  await verifySha512(file, sha512, context.run);
  await verifySignature(archive, file, work, context, out);
  await context.run([
    'tar',
    '--extract',
    '--file',
    file,
    '--strip-components',
    '1',
    '--no-same-owner',
    '--directory',
    home,
  ]);
}

async function verifySha512(file: string, sha512: string, run: Exec): Promise<void> {
  const check = run(['sha512sum', '--check', '--status'], { input: `${sha512}  ${file}\n` });
  await check.catch((cause: unknown) => {
    throw new Failure(`${file}: SHA-512 checksum mismatch`, {
      hint: 'download the release and its .sha512 again',
      cause,
    });
  });
}

async function verifySignature(
  archive: string,
  file: string,
  work: string,
  context: Context,
  out: Output,
): Promise<void> {
  const keys = findKeys(archive);
  if (!keys) return out.line(`signature of ${basename(file)} not checked: no KEYS file`);
  const signature = isAddress(archive) ? join(work, `${basename(file)}.asc`) : `${file}.asc`;
  if (isAddress(archive)) await context.run(downloadCommand(`${archive}.asc`, signature));
  const keyring = join(work, 'keys.gpg');
  await context.run(['gpg', '--batch', '--yes', '--dearmor', '--output', keyring, keys]);
  const check = context.run(['gpgv', '--keyring', keyring, signature, file]);
  await check.catch((cause: unknown) => {
    const output = cause instanceof Failure ? cause.output : undefined;
    throw new Failure(`${file}: the signature matches no key in ${keys}`, {
      hint: 'download the release and its .asc again; do not use this file',
      ...(output ? { output } : {}),
      cause,
    });
  });
}
