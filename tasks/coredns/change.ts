// Changes CoreDNS's ConfigMap and Deployment, only if nobody else has changed them, and with a way back.
import { Failure } from '../core/failure.ts';
import { httpStatusOf } from '../kube/failure.ts';
import type { Kube } from '../kube/types.ts';
import { withForwardTargets, withTargetsOf } from './corefile.ts';
import { type CorednsConfigMap, configMapRef, deploymentRef, needDeployment, restartAnnotation } from './objects.ts';

/** Holds the Corefile as it was before the first repair, in the same ConfigMap; the volume of CoreDNS leaves it out. */
const originalKey = 'Corefile-firesteel-original';

export interface Corefile {
  text: string;
  /** As it was before a repair of ours, if there was one. */
  original?: string;
  resourceVersion: string;
}

/** The Corefile that is there; Failure if there is none. */
export async function readCorefile(kube: Kube): Promise<Corefile> {
  const { data, metadata } = ((await kube.get(configMapRef)) ?? {}) as Partial<CorednsConfigMap>;
  const text = data?.['Corefile'];
  if (text === undefined)
    throw new Failure('ConfigMap kube-system/coredns has no Corefile', {
      hint: 'check where Deployment kube-system/coredns gets its configuration',
    });
  const original = data?.[originalKey];
  return { text, ...(original === undefined ? {} : { original }), resourceVersion: metadata?.resourceVersion ?? '' };
}

/** Whether there is a repair of ours to take back; not so where there is no CoreDNS. */
export async function isRepaired(kube: Kube): Promise<boolean> {
  const { data } = ((await kube.get(configMapRef)) ?? {}) as Partial<CorednsConfigMap>;
  return data?.[originalKey] !== undefined;
}

/** Makes CoreDNS forward to these servers; false if it does already. The first original is kept. */
export async function forwardTo(kube: Kube, servers: readonly string[]): Promise<boolean> {
  const before = await readCorefile(kube);
  const text = withForwardTargets(before.text, servers);
  if (text === before.text) return false;
  await change(kube, before, { text, original: before.original ?? before.text });
  return true;
}

/** Makes CoreDNS forward to where it did before a repair; edits by others stay. False if there was no repair. */
export async function forwardAsBefore(kube: Kube): Promise<boolean> {
  const before = await readCorefile(kube);
  if (before.original === undefined) return false;
  await change(kube, before, { text: withTargetsOf(before.text, before.original) });
  return true;
}

/** Puts one in place of what was read. An attempt of ours whose answer was lost counts as done. */
async function change(kube: Kube, before: Corefile, wanted: Omit<Corefile, 'resourceVersion'>): Promise<void> {
  const keep = { path: `/data/${originalKey}`, value: wanted.original };
  try {
    await kube.patch(configMapRef, [
      { op: 'test', path: '/metadata/resourceVersion', value: before.resourceVersion },
      { op: 'replace', path: '/data/Corefile', value: wanted.text },
      ...(wanted.original === before.original
        ? []
        : [
            wanted.original === undefined
              ? { op: 'remove' as const, path: keep.path }
              : { op: 'add' as const, ...keep },
          ]),
    ]);
  } catch (error) {
    if (httpStatusOf(error) !== 422) throw error;
    const now = await readCorefile(kube);
    if (now.resourceVersion === before.resourceVersion) throw error;
    if (now.text === wanted.text && now.original === wanted.original) return;
    throw new Failure('another program has just changed ConfigMap kube-system/coredns: firesteel changed nothing', {
      hint: 'run the command again',
    });
  }
}

/** Has the Deployment start new pods, as `kubectl rollout restart` does: a crashed one reads its Corefile late. */
export async function restart(kube: Kube): Promise<void> {
  const { annotations } = (await needDeployment(kube)).spec?.template?.metadata ?? {};
  const path = '/spec/template/metadata/annotations';
  const value = new Date().toISOString();
  await kube.patch(deploymentRef, [
    annotations
      ? { op: 'add', path: `${path}/${restartAnnotation.replace('/', '~1')}`, value }
      : { op: 'add', path, value: { [restartAnnotation]: value } },
  ]);
}
