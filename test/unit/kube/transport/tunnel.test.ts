// What a WebSocket of the API server says, as a stream to a pod's port: the socket is played.
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Failure } from '../../../../tasks/core/failure.ts';
import type { Transport } from '../../../../tasks/kube/transport/transport.ts';
import { openTunnel } from '../../../../tasks/kube/transport/tunnel.ts';

const pod = { namespace: 'spark', name: 'driver' };
const port = 4040;

/** The first message of each channel: the port, low byte first. */
const begin = [Buffer.of(0, port & 0xff, port >> 8), Buffer.of(1, port & 0xff, port >> 8)];
const data = (words: string) => Buffer.concat([Buffer.of(0), Buffer.from(words)]);
const error = (words: string) => Buffer.concat([Buffer.of(1), Buffer.from(words)]);

function play(answer: Error = new Failure('upgrade required', { cause: { httpStatus: 400 } })) {
  const sent: string[] = [];
  const asked: string[] = [];
  const socket = Object.assign(new EventTarget(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    binaryType: '',
    send: (bytes: Buffer) => void sent.push(`${bytes[0]} ${bytes.subarray(1)}`),
    close: () => {
      socket.readyState = 3;
    },
  });
  const say = (...messages: Buffer[]) => {
    for (const message of messages) {
      const bytes = new Uint8Array(message).buffer;
      socket.dispatchEvent(Object.assign(new Event('message'), { data: bytes }));
    }
  };
  const end = (reason = '') => void socket.dispatchEvent(Object.assign(new Event('close'), { reason }));
  const transport = {
    openSocket: async (path: string, protocol: string) => {
      asked.push(`${protocol} ${path}`);
      return socket;
    },
    send: async () => {
      throw answer;
    },
  } as unknown as Transport;
  const open = async (act: () => void) => {
    const tunnel = openTunnel(transport, pod, port);
    setImmediate(act);
    return tunnel;
  };
  return { socket, sent, asked, say, end, open };
}

test('bytes pass in both directions, and the end of one side ends the other', async () => {
  const { sent, asked, say, end, open } = play();
  const tunnel = await open(() => say(...begin, data('hel')));
  expect(asked).toEqual(['v4.channel.k8s.io /api/v1/namespaces/spark/pods/driver/portforward?ports=4040']);
  tunnel.write('GET /');
  say(data('lo'));
  end();
  expect(await text(tunnel)).toBe('hello');
  expect(sent).toEqual(['0 GET /']);
});

test('a tunnel is open when nobody refuses it, before the pod sends anything', async () => {
  const { say, open } = play();
  expect((await open(() => say(...begin))).destroyed).toBe(false);
});

test.each([
  [
    'a closed port',
    'error forwarding port 4040 to pod 0a1b: failed to connect to localhost:4040: dial tcp4: connect: connection refused',
    'nothing listens on port 4040 of pod spark/driver',
  ],
  ['anything else', 'no such container\n', 'port 4040 of pod spark/driver: no such container'],
])('%s is reported in few words', async (_, words, message) => {
  const { say, open, socket } = play();
  await expect(open(() => say(...begin, error(words)))).rejects.toThrow(new Failure(message));
  expect(socket.readyState).toBe(3);
});

test('the reason of a refusal is looked up', async () => {
  const { end, open } = play(new Failure('you may not', { cause: { httpStatus: 403 } }));
  await expect(open(() => end())).rejects.toThrow('you may not');
});

test('a refusal without a reason is reported as one', async () => {
  const { end, open } = play();
  await expect(open(() => end())).rejects.toThrow('port 4040 of pod spark/driver: refused');
});

test('an error after the beginning breaks the stream', async () => {
  const { say, open } = play();
  const tunnel = await open(() => say(...begin, data('a')));
  say(error('lost connection to pod'));
  await expect(text(tunnel)).rejects.toThrow('lost connection to pod');
});
