// Tests with two pods whether a cluster enforces NetworkPolicies.
import { randomBytes } from 'node:crypto';
import { messageOf } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import { hindrance, whyFailed } from '../../coredns/proof.ts';
import { ourSelector, renderTemplate } from '../../kube/render.ts';
import type { Kube, Ref } from '../../kube/types.ts';
import type { Pod } from '../../spark/pod.ts';
import type { Cleaner } from '../../steps/cleaner.ts';
import type { Enforcement } from '../../steps/cluster.ts';
import { type ConnectionImage, clientCommand, probePorts, roundsIn, serverCommand, verdictOf } from './connections.ts';

interface Probing {
  kube: Kube;
  /** Removes what was made, after Ctrl-C as well. */
  cleaner: Cleaner;
  image: ConnectionImage;
  signal: AbortSignal;
  onSeen(text: string): void;
}

/** Seconds for a pod to start. */
const startSeconds = 90;
/** Seconds in which an enforcer has to take policies up, once both pods run. */
const enforcerSeconds = 10;
/** Milliseconds after which a namespace of a probe is left from one that was killed. */
const abandonedMs = 600_000;

const purpose = 'firesteel.dev/purpose=enforcement-probe';

const namespaceRef = (name: string): Ref => ({ apiVersion: 'v1', kind: 'Namespace', name });

/** Namespaces that probes left which could not clean up. */
async function abandoned(kube: Kube): Promise<Ref[]> {
  const found = await kube.list({ apiVersion: 'v1', kind: 'Namespace', labelSelector: `${ourSelector},${purpose}` });
  return found
    .filter(({ metadata }) => Date.now() - Date.parse(metadata.creationTimestamp ?? '') > abandonedMs)
    .map(({ metadata }) => namespaceRef(metadata.name));
}

/** Tries it in a namespace that is removed afterwards. What keeps it from being tried is an answer as well. */
export async function findEnforcement(probing: Probing): Promise<Enforcement> {
  const { kube, cleaner } = probing;
  const namespace = `firesteel-probe-${randomBytes(4).toString('hex')}`;
  let isMade = false;
  try {
    for (const ref of await abandoned(kube)) await kube.remove(ref);
    for (const manifest of await renderTemplate('enforcement-probe', { namespace, ports: probePorts })) {
      await kube.create(manifest);
      isMade = true;
    }
    return await tryIn(namespace, probing);
  } catch (error) {
    probing.signal.throwIfAborted();
    return { verdict: 'not known', why: messageOf(error) };
  } finally {
    if (isMade) await cleaner.remove(namespaceRef(namespace));
  }
}

/** Where a pod is, or why it does not run. */
type Started = { address: string } | { why: string };

async function tryIn(namespace: string, { kube, image, signal, onSeen }: Probing): Promise<Enforcement> {
  /** Makes one of the pods; returns its address once it has one and runs, or why it does not. */
  async function start(role: 'server' | 'client', command: string[]): Promise<Started> {
    const [pod] = await renderTemplate('enforcement-probe-pod', { namespace, role, image: image.reference, command });
    if (!pod) throw new Error('no pod in the template');
    await kube.create(pod);
    const begun = performance.now();
    return until<Started>({
      for: `start of the probe's ${role}`,
      seconds: startSeconds + 1,
      signal,
      onSeen,
      probe: async () => {
        const live = (await kube.get({ ...pod, ...pod.metadata })) as Pod | undefined;
        const { phase = 'absent', podIP } = live?.status ?? {};
        if (live && phase === 'Failed') return { done: { why: `the probe's ${role} failed: ${whyFailed(live)}` } };
        if (phase === 'Running' && podIP) return { done: { address: podIP } };
        const hindered = live && hindrance(live);
        const seen = `the probe's ${role} is ${phase}${hindered ? `: ${hindered.reason}` : ''}`;
        const isOver = performance.now() - begun > startSeconds * 1000;
        return hindered?.isImage || isOver ? { done: { why: seen } } : { seen };
      },
    });
  }

  const server = await start('server', serverCommand(image.program));
  if ('why' in server) return { verdict: 'not known', why: server.why };
  const client = await start('client', clientCommand(image.program, server.address));
  if ('why' in client) return { verdict: 'not known', why: client.why };
  const begun = performance.now();
  return until<Enforcement>({
    for: 'result of the probe',
    seconds: 2 * enforcerSeconds,
    signal,
    onSeen,
    probe: async () => {
      const isLast = performance.now() - begun > enforcerSeconds * 1000;
      const verdict = verdictOf(roundsIn(await linesOf(kube, { namespace, name: 'client' })), isLast);
      return verdict ? { done: verdict } : { seen: 'trying what policies allow and what they forbid' };
    },
  });
}

async function linesOf(kube: Kube, pod: { name: string; namespace: string }): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const line of kube.logs(pod)) lines.push(line);
  } catch {
    // No log yet.
  }
  return lines;
}
