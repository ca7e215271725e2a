// The relay of a class's door as a program: ADDRESS, HOST:PORT of the door, and the ports to listen at. Ctrl-C ends it.
import { relayUntilInterrupted } from '../../tasks/classroom/door/relay.ts';
import { Failure } from '../../tasks/core/failure.ts';

const [address = '', door = '', ...ports] = process.argv.slice(2);
const [host = '', port = ''] = door.split(':');
const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());

try {
  await relayUntilInterrupted(
    { address, ports: ports.map(Number), target: { host, port: Number(port) } },
    interrupt.signal,
    { line: console.log },
  );
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.message);
  console.log(`→ ${error.hint}`);
  process.exitCode = error.exitCode;
}
