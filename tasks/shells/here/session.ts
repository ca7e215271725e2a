// A shell whose driver is a process of this machine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../core/alive.ts';
import { Failure } from '../../core/failure.ts';
import { dataPath } from '../../core/paths.ts';
import { userName } from '../../core/user.ts';
import { fetchSpark, findDistribution } from '../../images/distribution/distribution.ts';
import { findTarget } from '../../images/layer/image-python.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Show, SingleStep } from '../../steps/types.ts';
import type { RunRequest } from '../../submission/driver.ts';
import { closeSession, orEnd } from '../keeper.ts';
import { kindOf, shellCommand } from '../kinds.ts';
import { programsFolder, type SessionFlags, sessionJob, sessionNames } from '../session.ts';
import { isTerminal, readScript } from '../terminal.ts';
import { fetchClojure, fetchGeni } from './clojure.ts';
import { driverCredentials, verifyKubeconfig } from './credentials.ts';
import { driverEnvironment, type Programs, runDriver } from './driver.ts';
import { findJava, findPython } from './programs.ts';
import { hereProperties, sessionFiles, settingsFiles } from './settings.ts';
import { fetchJarsHere, storageVariables } from './storage.ts';
import { findWay, fitted, type Way } from './way.ts';

/** What the steps leave for the shell. */
export interface HereSession {
  programs?: Programs;
  way?: Way;
  /** Files of the session, which go with it. */
  folder?: string;
  env?: Record<string, string>;
}

/** The request of a session, before its sizes are known. */
export function sessionRequest({ profile, state }: Context, kind: string, flags: SessionFlags): RunRequest {
  if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
  const job = sessionJob(kind, flags);
  return { job, profile, image: state.image, names: sessionNames(job), user: userName() };
}

/** What a driver on this machine takes beside the image of its executors. */
export function programSteps(kind: string, profile: Profile, session: HereSession): SingleStep[] {
  const { maven, type } = kindOf(kind);
  const jars: string[] = [];
  return [
    fetchSpark(profile),
    {
      title: 'Find Java and Python for the driver',
      observes: true,
      run: async (context, out) => {
        const { read, state } = context;
        const target = type === 'python' ? await findTarget(context, state.image ?? '') : undefined;
        const java = await findJava(profile.spark.version, read);
        const python = target && (await findPython(target.python, read));
        session.programs = {
          spark: (await findDistribution(profile)).home,
          java,
          ...(python ? { python } : {}),
          jars,
          ties: await read(['setpriv', '--pdeathsig', 'TERM', 'true']).then(
            () => true,
            () => false,
          ),
        };
        out.line([`Java ${java.version} in ${java.home}`, ...(python ? [python] : [])].join(', '));
        await verifyKubeconfig(context);
      },
    },
    ...(profile.storage ? [fetchJarsHere(kind, profile, jars)] : []),
    ...(maven.length > 0 ? [fetchClojure(maven, profile, jars), fetchGeni(profile, jars)] : []),
  ];
}

/** Finds the way for the driver and writes what it reads. */
export const findWayHere = (kind: string, flags: SessionFlags, session: HereSession): SingleStep => ({
  title: 'Find an address that pods reach',
  run: async (context, out) => {
    const request = await fitted(context, sessionRequest(context, kind, flags), out);
    const way = await findWay(context, request, `firesteel shell ${kind}`, out);
    if (!way) return;
    session.way = way;
    const folder = dataPath('shells', request.names.id);
    session.folder = folder;
    await orEnd(context, way, async () => {
      await removeForgotten(context);
      const credentials = await driverCredentials(context, folder);
      const place = { ...way, keeper: way.pod.metadata.name };
      const properties = hereProperties(request, place, credentials, folder);
      await context.mkdir(join(folder, sessionFiles.conf));
      const owner = { path: join(folder, sessionFiles.owner), content: `${process.pid}` };
      await context.write([owner, ...settingsFiles(request, properties, credentials, folder)]);
      session.env = credentials.env;
      out.line(`the driver is ${credentials.account}`);
    });
  },
});

/** Removes files of sessions whose firesteel was killed: their credentials outlive them. */
async function removeForgotten({ remove }: Context): Promise<void> {
  const folder = dataPath('shells');
  const sessions = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const isForgotten = (session: string) => {
    const owner = join(session, sessionFiles.owner);
    return existsSync(owner) && !isAlive(Number(readFileSync(owner, 'utf8')));
  };
  await remove(...sessions.filter(isForgotten));
}

/** Runs the shell and ends the session; the shell's exit code. */
export async function showHere(context: Context, kind: string, session: HereSession, show: Show): Promise<number> {
  const { programs, way, folder, env } = session;
  if (!programs || !way || !folder || !env) throw new Failure('there is no session');
  const { kube, signal, remove, write } = context;
  const forwarding = new AbortController();
  try {
    const script = isTerminal() ? undefined : join(folder, sessionFiles.script);
    if (script) await write([{ path: script, content: await readScript(), mode: 0o600 }]);
    const places = {
      home: programs.spark,
      properties: join(folder, sessionFiles.properties),
      programs: programsFolder(),
    };
    const command = shellCommand(kind, places, script);
    const storage = await storageVariables(context, forwarding.signal);
    return await runDriver(
      command,
      programs,
      driverEnvironment(kind, programs, folder, { ...env, ...storage }, process.env),
      way.lifeline,
      show,
    );
  } finally {
    forwarding.abort();
    await remove(folder).finally(() => closeSession(kube, way, signal));
  }
}
