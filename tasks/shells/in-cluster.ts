// A shell whose driver is a pod of the cluster.
import { Failure } from '../core/failure.ts';
import { userName } from '../core/user.ts';
import { driverContainer } from '../spark/pod.ts';
import { chooseSizes, withSizes } from '../spark/sizes/sizes.ts';
import type { Context, Show, SingleStep } from '../steps/types.ts';
import { ensureSubmitted } from '../submission/submission.ts';
import { podPlaces, sessionObjects } from './cluster-objects.ts';
import { closeSession, openLifeline, orEnd, type Session, waitForPod } from './keeper.ts';
import { shellCommand, shellVariables } from './kinds.ts';
import { type SessionFlags, sessionJob, sessionNames } from './session.ts';
import { isTerminal, joinTerminal, readScript, showOutput, untilAsked } from './terminal.ts';

/** Where a driver's pod has a script. */
const scriptFile = '/tmp/script';

/** Spark's own pages. */
const pagesPort = 4040;

/** Makes the driver's pod and connects to it; `take` receives the session. */
export const startInCluster = (kind: string, flags: SessionFlags, take: (session: Session) => void): SingleStep => ({
  title: `Start the pod of ${kind}`,
  run: async (context, out) => {
    const { kube, state } = context;
    const job = sessionJob(kind, flags);
    const { chosen, lines } = await chooseSizes(context, job);
    for (const line of lines) out.line(line);
    if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
    const names = sessionNames(job);
    const profile = withSizes(context.profile, chosen);
    const objects = sessionObjects({ job, profile, image: state.image, names, user: userName() });
    const { pod } = objects;
    await ensureSubmitted(kube, objects);
    // In a dry run there is nothing to connect to.
    if (!(await kube.get({ apiVersion: 'v1', kind: 'Pod', ...pod.metadata }))) return;
    await orEnd(context, { pod }, async () => {
      await waitForPod(context, pod, out);
      take({ pod, lifeline: await openLifeline(kube, pod) });
    });
  },
});

/** Opens the shell, stays with it to its end, and ends the session; the shell's exit code. */
export async function showInCluster(
  { kube, signal }: Context,
  kind: string,
  session: Session,
  show: Show,
): Promise<number> {
  const { pod, lifeline } = session;
  const { name, namespace = '' } = pod.metadata;
  const forwarding = new AbortController();
  try {
    const script = isTerminal() ? undefined : await readScript();
    const tty = script === undefined;
    if (tty) {
      const pages = await kube.forward([{ namespace, pod: name, port: pagesPort }], {
        localPort: pagesPort,
        signal: forwarding.signal,
      });
      show.note(`Spark's pages while the shell runs: http://${pages.address}`);
    }
    const words = shellCommand(kind, podPlaces, tty ? undefined : scriptFile);
    return await untilAsked(async () => {
      const shell = await kube.openProcess(
        { name, namespace },
        { container: driverContainer, tty, command: podCommand(kind, words, script?.length) },
      );
      const lost = lifeline.lost.then(() => {
        throw new Failure(`the connection to pod ${name} is lost`, {
          hint: `the session ends by itself; open another: firesteel shell ${kind}`,
        });
      });
      if (script) await shell.write(script);
      return Promise.race([tty ? joinTerminal(shell) : showOutput(shell, show), lost]);
    }, lifeline.close);
  } finally {
    forwarding.abort();
    await closeSession(kube, session, signal);
  }
}

/** A script comes through standard input, which cannot be closed: its length says where it ends. */
function podCommand(kind: string, words: readonly string[], length: number | undefined): string[] {
  const variables = Object.entries({ ...shellVariables(kind), TERM: process.env['TERM'] ?? 'xterm' });
  const command = ['env', ...variables.map(([name, value]) => `${name}=${value}`), ...words];
  if (length === undefined) return command;
  const take = `umask 077; head -c ${length} > ${scriptFile}; exec "$@" < /dev/null`;
  return ['sh', '-c', take, 'sh', ...command];
}
