// Tests through the API server whether CoreDNS answers for an external name, without a pod.
import { promises as dns } from 'node:dns';
import { connect } from 'node:net';
import { Failure } from '../core/failure.ts';
import type { Kube } from '../kube/types.ts';
import type { Context } from '../steps/types.ts';
import { readCorefile } from './change.ts';
import { tokensOf } from './tokens.ts';

/** A name that will not go away (RFC 2606). */
export const outsideName = 'example.com';

/** Milliseconds: the servers of CoreDNS may be asked one after the other. */
const clusterMs = 10_000;
const hostMs = 2_000;

/** Codes of an answer: https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const noError = 0;
const noSuchName = 3;

/** A question for the name's IPv4 address, as it goes over TCP. */
export function question(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  // One question, whose answer may come from other servers; then the end of the name, type A, class IN.
  const message = Buffer.concat([
    Buffer.from('000001000001000000000000', 'hex'),
    ...labels,
    Buffer.from([0, 0, 1, 0, 1]),
  ]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Whether servers outside gave an answer, be it that there is no such name; undefined while the code has not come. */
export const isAnswer = (bytes: Buffer): boolean | undefined =>
  bytes.length < 6 ? undefined : [noError, noSuchName].includes((bytes[5] ?? 0) & 15);

/** Asks CoreDNS. Failure if it cannot be reached. */
async function askCluster(kube: Kube, signal: AbortSignal): Promise<boolean> {
  const end = new AbortController();
  const targets = [{ namespace: 'kube-system', selector: 'k8s-app=kube-dns', port: 53 }];
  let trouble = `no answer within ${clusterMs / 1000} s`;
  const onTrouble = (why: string) => {
    trouble = why;
  };
  const { port } = await kube.forward(targets, { signal: AbortSignal.any([signal, end.signal]), onTrouble });
  const socket = connect(port, '127.0.0.1', () => socket.write(question(outsideName)));
  socket.setTimeout(clusterMs, () => socket.destroy()).on('error', () => {});
  try {
    let bytes = Buffer.alloc(0);
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk]);
      const found = isAnswer(bytes);
      if (found !== undefined) return found;
    }
    throw new Failure(trouble);
  } finally {
    end.abort();
  }
}

/** Whether the name servers of this machine answer. */
const askHost = (): Promise<boolean> =>
  new dns.Resolver({ timeout: hostMs, tries: 1 }).resolve4(outsideName).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code === dns.NOTFOUND || code === dns.NODATA,
  );

/** What was seen; `isLost` if this machine gets an answer and the cluster gets none. */
export async function lookOutside({
  kube,
  signal,
}: Pick<Context, 'kube' | 'signal'>): Promise<{ line: string; isLost: boolean }> {
  const verdict = (line: string, isLost = false) => ({ line: `${outsideName} ${line}`, isLost });
  if (!(await askHost()))
    return verdict('is not answered on this machine, so external names are not tried in the cluster');
  try {
    if (await askCluster(kube, signal)) return verdict('is answered');
    const { text } = await readCorefile(kube);
    if (!tokensOf(text).some((token) => token.text === 'prefer_udp'))
      return verdict('is not answered over TCP, which some name servers lack: UDP may work for pods');
  } catch (error) {
    signal.throwIfAborted();
    return verdict(`is not tried: ${(error as Error).message}`);
  }
  return verdict(
    'is answered on this machine, but not in the cluster: set dns.upstream to servers that pods can reach',
    true,
  );
}
