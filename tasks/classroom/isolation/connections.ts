// The programs in the pods of the enforcement probe, and what their output proves.
import type { Enforcement } from '../../steps/cluster.ts';

/** An image and the program in it that listens and connects. */
export interface ConnectionImage {
  reference: string;
  program: 'busybox' | 'python3';
}

/** Ports of the server: `open` is allowed both ways, each of the others only the way that its name says. */
export const probePorts = { open: 8080, incoming: 8081, outgoing: 8082 } as const;

type Ports = Record<keyof typeof probePorts, number>;

/** Seconds until a connection counts as impossible. */
const patience = 2;

const busyboxServer = ({ open, incoming, outgoing }: Ports): string => `
busybox httpd -f -p ${incoming} -h / & busybox httpd -f -p ${outgoing} -h / & exec busybox httpd -f -p ${open} -h /`;

// What must not work is tried first, so that it was tried in vain only if the server answers just after that.
const busyboxClient = ({ open, incoming, outgoing }: Ports): string => `
ask() { if busybox nc -w ${patience} "$0" "$1" </dev/null >/dev/null 2>&1; then echo "$1 open"; else echo "$1 closed"; fi; }
while :; do ask ${incoming} & ask ${outgoing} & wait; ask ${open}; busybox sleep 0.2; done`;

const pythonServer = ({ open, incoming, outgoing }: Ports): string => `
import select, socket
listeners = [socket.create_server(("", port)) for port in (${incoming}, ${outgoing}, ${open})]
while True:
    for listener in select.select(listeners, [], [])[0]:
        listener.accept()[0].close()`;

const pythonClient = ({ open, incoming, outgoing }: Ports): string => `
import socket, sys, threading, time
def ask(port):
    try:
        socket.create_connection((sys.argv[1], port), ${patience}).close()
        print(f"{port} open\\n", end="", flush=True)
    except OSError:
        print(f"{port} closed\\n", end="", flush=True)
while True:
    tries = [threading.Thread(target=ask, args=(port,)) for port in (${incoming}, ${outgoing})]
    for one in tries: one.start()
    for one in tries: one.join()
    ask(${open})
    time.sleep(0.2)`;

/** The command of the pod that listens. */
export const serverCommand = (program: ConnectionImage['program'], ports: Ports = probePorts): string[] =>
  program === 'busybox' ? ['busybox', 'sh', '-c', busyboxServer(ports)] : ['python3', '-c', pythonServer(ports)];

/** The command of the pod that connects to an address, again and again; it prints `PORT open` or `PORT closed`. */
export const clientCommand = (
  program: ConnectionImage['program'],
  address: string,
  ports: Ports = probePorts,
): string[] =>
  program === 'busybox'
    ? ['busybox', 'sh', '-c', busyboxClient(ports), address]
    : ['python3', '-c', pythonClient(ports), address];

/** One try of all ports. */
type Round = Record<keyof typeof probePorts, boolean>;

/** The rounds that a client has ended: each ends with the port that is open. */
export function roundsIn(lines: readonly string[], { open, incoming, outgoing }: Ports = probePorts): Round[] {
  const rounds: Round[] = [];
  let seen = new Map<number, boolean>();
  for (const line of lines) {
    const [, port, state] = /^(\d+) (open|closed)$/.exec(line) ?? [];
    if (!port) continue;
    seen.set(Number(port), state === 'open');
    if (Number(port) !== open) continue;
    if (seen.size === 3)
      rounds.push({
        open: seen.get(open) === true,
        incoming: seen.get(incoming) === true,
        outgoing: seen.get(outgoing) === true,
      });
    seen = new Map();
  }
  return rounds;
}

/** What follows from the rounds so far; undefined as long as an enforcer may still take the policies up. */
export function verdictOf(rounds: readonly Round[], isLast: boolean): Enforcement | undefined {
  const telling = rounds.filter((round) => round.open);
  const last = telling.at(-1);
  if (!last)
    return isLast ? { verdict: 'not known', why: 'policies allow a connection, but the connection fails' } : undefined;
  if (!last.incoming && !last.outgoing) {
    const isLate = telling.length > 1;
    return { verdict: 'enforced', ...(isLate ? { why: 'but only a few moments after a pod starts' } : {}) };
  }
  if (!isLast) return undefined;
  const what = last.incoming && last.outgoing ? '' : last.incoming ? 'outgoing ' : 'incoming ';
  return { verdict: 'not enforced', why: `forbidden ${what}connections get through` };
}
