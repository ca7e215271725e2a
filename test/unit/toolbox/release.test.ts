// Releases: checksums as projects publish them, files as they must be, archives unpacked to their program.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchRelease, publishedSum, type Release, readChecksums } from '../../../tasks/toolbox/release.ts';
import { commandContext, ownCache, sha256 } from './fixtures.ts';

const folder = ownCache();
const context = commandContext();
const { read, run } = context;

describe('a published checksum', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  test.each([
    ['is the only word', a, 'kubelet', a],
    ['is the only word of a line', `${a}\n`, 'kubelet', a],
    ['is beside its name', `${a}  containerd-2.4.4-linux-amd64.tar.gz\n`, 'containerd-2.4.4-linux-amd64.tar.gz', a],
    ['is in a list', `${b}  etcd-arm64.tar.gz\n${a}  etcd-amd64.tar.gz\n`, 'etcd-amd64.tar.gz', a],
    ['is in a list of binary files', `${b} *etcd-arm64.tar.gz\n${a} *etcd-amd64.tar.gz\r\n`, 'etcd-amd64.tar.gz', a],
    ['is not in a list without the file', `${b}  one\n${a}  other\n`, 'kubelet', undefined],
    ['is not one that is too short', 'a'.repeat(63), 'kubelet', undefined],
    ['is not one that is too long', 'a'.repeat(128), 'kubelet', undefined],
    ['is not in a page that says no', '<html>\n<body>not found</body>\n', 'kubelet', undefined],
    ['is not in an empty answer', '', 'kubelet', undefined],
  ])('%s', (_, list, file, expected) => expect(publishedSum(list, file)).toBe(expected));
});

describe('a release', () => {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const content = files.get(request.url ?? '');
    response.writeHead(content ? 200 : 404).end(content ?? 'not found');
  });
  let host = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  function publish(name: string, content: Buffer, sum = sha256(content)): Release {
    files.set(`/${name}`, content);
    files.set(`/${name}.sha256`, Buffer.from(`${sum}  ${name}\n`));
    return { programs: ['hello'], address: `${host}/${name}`, checksums: `${host}/${name}.sha256` };
  }

  async function fetched(release: Release): Promise<string> {
    const work = join(folder, release.address.replaceAll(/\W/g, '-'));
    mkdirSync(work);
    const [list = ''] = (await readChecksums([release], read)) ?? [];
    await fetchRelease(release, { list, work, hint: 'do something else' }, context, { line: () => {} });
    return work;
  }

  function archive(inside: string): Buffer {
    const source = join(folder, `archive-of-${inside.replaceAll('/', '-')}`);
    mkdirSync(join(source, inside), { recursive: true });
    for (const name of ['hello', 'LICENSE']) writeFileSync(join(source, inside, name), name);
    chmodSync(join(source, inside, 'hello'), 0o755);
    return execFileSync('tar', ['-czf', '-', '-C', source, ...(inside === '.' ? ['hello', 'LICENSE'] : [inside])]);
  }

  test('that is the program itself is kept under its own name', async () => {
    const work = await fetched(publish('hello-linux-amd64', Buffer.from('#!/bin/sh\n')));
    expect(readdirSync(work)).toEqual(['hello']);
    expect(await run(['stat', '--format', '%a', join(work, 'hello')])).toBe('755\n');
  });

  test.each([
    ['at its top', '.'],
    ['in a folder', 'linux-amd64'],
    ['in a folder of a folder', 'hello-v1/bin'],
  ])('that has the program %s gives it alone', async (_, inside) => {
    const release = publish(`hello-${inside.replaceAll('/', '-')}.tar.gz`, archive(inside));
    const work = await fetched({ ...release, folder: inside });
    expect(readdirSync(work)).toEqual(['hello']);
    expect(readFileSync(join(work, 'hello'), 'utf8')).toBe('hello');
  });

  test('that differs from the published file is a failure', async () => {
    const release = publish('tampered', Buffer.from('evil'), sha256('good'));
    await expect(fetched(release)).rejects.toMatchObject({
      message: `${release.address} is not the published file: its sha256 is not ${sha256('good')}`,
      hint: 'do something else',
    });
  });

  test('whose list of checksums leaves it out is a failure, and is not downloaded', async () => {
    const release = publish('unlisted', Buffer.from('good'));
    files.set('/unlisted.sha256', Buffer.from(`${sha256('a')}  one\n${sha256('b')}  other\n`));
    await expect(fetched(release)).rejects.toThrow(`${release.checksums} has no checksum of unlisted`);
  });

  test('without reachable checksums is out of reach, with everything beside it', async () => {
    const there = publish('there', Buffer.from('good'));
    const gone = { ...there, checksums: `${host}/gone.sha256` };
    expect(await readChecksums([there], read)).toHaveLength(1);
    expect(await readChecksums([there, gone], read)).toBeUndefined();
    expect(await readChecksums([{ ...there, checksums: pathToFileURL('/none').href }], read)).toBeUndefined();
  });

  test('that vanishes after its checksums is a failure', async () => {
    const release = publish('vanished', Buffer.from('good'));
    files.delete('/vanished');
    await expect(fetched(release)).rejects.toThrow('curl');
    expect(existsSync(join(folder, 'vanished'))).toBe(false);
  });
});
