// Where `classroom open` leads a teacher: an origin for each student, so that no page of one reaches another.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { ClassRun } from '../../../../tasks/classroom/run.ts';
import { openForTeacher } from '../../../../tasks/classroom/seat/open.ts';
import { clusters } from '../../../../tasks/clusters/index.ts';
import type { ForwardOptions, Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { tokenSecret } from '../../../../tasks/servers/token.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { plainContext } from '../../../plain-context.ts';
import { seatOf } from '../door/seats.ts';

test.each(['ada', 'bob'])('the server of %s opens at a name that no other student shares', async (student) => {
  const lab = createServer((_, answer) => answer.writeHead(403).end()).listen(0, '127.0.0.1');
  await new Promise((listening) => lab.once('listening', listening));
  const { port } = lab.address() as AddressInfo;
  const profile = await readProfile('local', []);
  const seat = seatOf(student, '192.0.2.1:8443');
  const deployment: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'notebook', namespace: seat.namespace },
  };
  const { kube } = memoryKube([deployment]);
  await kube.create(tokenSecret('notebook', { ...profile, namespace: seat.namespace }, 'secret'));
  let asked: ForwardOptions | undefined;
  const forward = async (_: unknown, options: ForwardOptions) => {
    asked = options;
    return { address: `127.0.0.1:${port}`, port, closed: Promise.resolve() };
  };
  const end = new AbortController();
  // An API server answers with the encoded form.
  const get: typeof kube.get = async (ref) => {
    const found = await kube.get(ref);
    return ref.kind === 'Secret' ? ({ ...found, data: { token: btoa('secret') } } as unknown as Manifest) : found;
  };
  const context = plainContext({
    profile,
    cluster: clusters.local,
    kube: { ...kube, get, forward },
    signal: end.signal,
  });
  const run = { seats: async () => [seat] } as unknown as ClassRun;
  let shown = '';
  await openForTeacher(context, run, student, {
    lines: (bytes) => {
      shown += bytes.toString();
      end.abort();
    },
    draw: () => {},
    note: () => {},
  });
  lab.close();
  expect(shown).toBe(`Open http://${student}.localhost:${port}/lab?token=secret\n`);
  expect(asked?.isLocalhost).toBe(true);
});
