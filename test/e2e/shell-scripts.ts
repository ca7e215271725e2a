// What people type into shells, as texts: scripts of three languages, a person at a terminal, a reader of deps.edn.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { cachePath } from '../../tasks/core/paths.ts';

/** Executors that a script counts over. */
export const executors = 3;

/** A count over executors that each have a task at the same time, and the pods that it ran on. */
export const python = `
import socket, time
def host(i):
    time.sleep(3)
    return socket.gethostname()
print("hosts", *sorted(set(sc.parallelize(range(${executors}), ${executors}).map(host).collect())))
print("count", spark.range(300).repartition(6).count())
`;
/** Where Spark's pages listen on this machine. */
export const pages = `
from pathlib import Path
from socket import inet_ntoa
address = sc.uiWebUrl
suffix = ":%04X" % int(address.rsplit(":", 1)[1])
listeners = [line.split()[1] for table in ("tcp", "tcp6") for line in Path("/proc/net/" + table).read_text().splitlines() if line.split()[3] == "0A"]
print("pages", address, "listen at", *(inet_ntoa(bytes.fromhex(one.split(":")[0][-8:])[::-1]) for one in listeners if one.endswith(suffix)))
`;
/** A program that a printed conf makes a driver. */
export const ownDriver = `
from pyspark.sql import SparkSession
builder = SparkSession.builder
for key, value in conf.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
print("count", spark.range(300).repartition(2).count())
spark.stop()
`;
export const scala = `
val hosts = sc.parallelize(1 to ${executors}, ${executors}).map { _ => Thread.sleep(3000); java.net.InetAddress.getLocalHost.getHostName }.collect.distinct.sorted
println("hosts " + hosts.mkString(" "))
println("count " + spark.range(300).repartition(6).count())
sys.exit(3)
`;
export const sql = `SELECT /*+ REPARTITION(6) */ 'count', count(*) FROM range(300);
`;
export const clojure = (executors: number): string => `
(def slept "java_method('java.lang.Thread', 'sleep', 3000L) AS slept")
(def host "split(java_method('java.net.InetAddress', 'getLocalHost'), '/')[0] AS host")
(def answers (rows (.selectExpr (.range spark 0 ${executors} 1 ${executors}) (into-array [slept host]))))
(apply println "hosts" (sort (distinct (map :host answers))))
(def people (dataframe [{:name "Ada" :age 36} {:name "Alan" :age 41} {:name "Ada" :age 28}]))
(println "groups" (sort-by :name (rows (.count (.groupBy people "name" (into-array String []))))))
(println "age" (:age (first (rows people))) (:spark.app.name conf))
(println "count" (.count (.repartition (.range spark 300) 6)))
`;

/** Joins two connections for as long as both last. */
export function joined(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ] as const)
    socket.on('error', () => peer.destroy()).on('close', () => peer.destroy());
}

/** A program that listens at an address and leads each connection to a socket in the file system, as networks cannot. */
export const innerRelay = `
const { connect, createServer } = require('node:net');
const [host, port, door] = process.argv.slice(1);
createServer((one) => {
  const other = connect(door);
  one.pipe(other).pipe(one);
  for (const [socket, peer] of [[one, other], [other, one]])
    socket.on('error', () => peer.destroy()).on('close', () => peer.destroy());
}).listen(Number(port), host);
`;

/** The unpacked Spark of the newest line. */
export const sparkHome = (): string =>
  cachePath(
    'spark',
    readdirSync(cachePath('spark'))
      .filter((entry) => entry.startsWith('4.3.'))
      .at(-1) ?? '',
  );

/** What tools.deps of Maven Central makes of a project's file. */
export function readDeps(project: string): string {
  const home = sparkHome();
  const ivy = readdirSync(join(home, 'jars')).find((entry) => entry.startsWith('ivy-')) ?? '';
  const jars = join(project, 'jars');
  const fetch = ['-jar', join(home, 'jars', ivy), '-dependency', 'org.clojure', 'tools.deps', '0.24.1523'];
  execFileSync(
    'java',
    [
      ...fetch,
      '-cache',
      cachePath('ivy'),
      '-types',
      'jar',
      'bundle',
      'eclipse-plugin',
      '-retrieve',
      join(jars, '[artifact]-[revision].[ext]'),
    ],
    { stdio: 'pipe' },
  );
  const program =
    '(require \'[clojure.tools.deps :as deps]) (doseq [[lib coordinate] (:deps (deps/slurp-deps (java.io.File. "deps.edn")))] (println lib (:mvn/version coordinate)))';
  return `${execFileSync('java', ['-cp', join(jars, '*'), 'clojure.main', '-e', program], { cwd: project })}`;
}

/** Types into a terminal as a person does: waits for a prompt, interrupts a long sum, asks for another, leaves. */
export const inTerminal = `
import os, pty, re, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = ""
def wait(pattern):
    global seen
    while not re.search(pattern, seen):
        if not select.select([terminal], [], [], 900)[0]:
            sys.exit("waited in vain for " + pattern)
        try:
            piece = os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:
            sys.exit("ended before " + pattern)
        sys.stdout.write(piece)
        seen += piece
    seen = ""
wait(">>> ")
os.write(terminal, b"import time; time.sleep(900)\\r")
wait("sleep")
time = __import__("time")
time.sleep(3)
os.write(terminal, b"\\x03")
wait("KeyboardInterrupt[\\\\s\\\\S]*>>> ")
os.write(terminal, b"print('sum', 'is', sc.parallelize(range(10), 2).sum())\\r")
wait("sum is 45")
os.write(terminal, b"import sys; sys.exit(7)\\r")
try:
    while True:
        sys.stdout.write(os.read(terminal, 4096).decode("utf-8", "replace"))
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
