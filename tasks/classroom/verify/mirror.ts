// Starts a program in a JupyterLab terminal that shows which cookies reach the pod.
import { readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { projectPath } from '../../core/paths.ts';
import { until } from '../../core/wait.ts';
import type { Seat } from '../types.ts';
import { ask, type DoorPlace, ofOwnPage, openSocket, textFrame, withCookie } from './door-client.ts';

export interface Mirror {
  /** Where it answers, at the address of the seat. */
  path: string;
  end(): Promise<void>;
}

/** The last port that the door opens for pages of Spark; no session takes it. */
const port = 4059;
const path = `/spark/${port}/`;
const seconds = 30;

/** The program as a command without a quote or a line break in it. */
function command(): string {
  const program = readFileSync(projectPath('docker', 'classroom', 'mirror.py')).toString('base64');
  return `exec python3 -c "import base64; exec(base64.b64decode('${program}'))" ${port}`;
}

/** Starts it in the pod of a seat whose student has the door's cookie; Failure if it does not answer. */
export async function openMirror(door: DoorPlace, seat: Seat, signal: AbortSignal): Promise<Mirror> {
  const { status, body } = await ask(door, ofOwnPage(seat, '/api/terminals', 'POST'));
  if (status !== 200) throw new Failure(`no terminal opens in ${seat.namespace}: the door answers ${status}`);
  const { name } = JSON.parse(body) as { name: string };
  const end = async () => void (await ask(door, ofOwnPage(seat, `/api/terminals/${name}`, 'DELETE')));
  try {
    const socket = await openSocket(door, ofOwnPage(seat, `/terminals/websocket/${name}`, 'GET'));
    socket.write(textFrame(JSON.stringify(['stdin', `${command()}\r`])));
    await until({
      for: 'program that shows cookies',
      seconds,
      signal,
      probe: async () => {
        const answer = await ask(door, withCookie(seat, seat, path));
        return answer.status === 200 ? { done: true } : { seen: `the door answers ${answer.status}` };
      },
    });
    socket.destroy();
  } catch (error) {
    await end();
    throw error;
  }
  return { path, end };
}
