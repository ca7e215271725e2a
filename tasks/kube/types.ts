// Types of the API client and of the objects that it reads and writes.
import type { Readable } from 'node:stream';
import type { V1ObjectMeta } from '@kubernetes/client-node';

export interface Metadata extends Json<V1ObjectMeta> {
  name: string;
}

/** A Kubernetes object as JSON; `KubeObject` types it more closely where a file needs it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [key: string]: unknown;
}

/** Names one object. */
export interface Ref {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** Names a collection: `namespace` left out means all of them, or a kind that has none. */
export interface Collection {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Manifest;
}

export interface LogOptions {
  container?: string;
  /** Go on until the container ends. */
  follow?: boolean;
  /** The log of the container's previous start. */
  previous?: boolean;
  tailLines?: number;
  /** Only what comes after this place, which was read to before. */
  after?: LogPlace;
  signal?: AbortSignal;
}

/** How far a log was read. */
export interface LogPlace {
  /** The time of the last line that was read, since 1970, as decimal digits. */
  nanoseconds: string;
  /** How many of the last lines carry that time. */
  lines: number;
  /** What came next is lost, and a gap says so. */
  gap?: true;
}

/** Whole lines of a log as the container wrote them; only the last line of all may lack its newline. */
export interface LogPiece {
  bytes: Buffer;
  /** The place after these lines; none as long as no line had a time, and after a line without its newline. */
  place?: LogPlace;
  /** A line that says what is missing before these bytes. */
  gap?: string;
}

/** One question to the authorizer: `user` left out asks for ourselves. */
export interface AccessQuestion {
  verb: string;
  resource: string;
  /** API group; the core group if left out. */
  group?: string;
  subresource?: string;
  namespace?: string;
  /** Such as `system:serviceaccount:spark:spark-driver`. */
  user?: string;
}

/** One step of a JSON Patch; `path` is a JSON Pointer: `/` in a key is written `~1`, `~` is `~0`. */
export type PatchOperation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string };

/** How an object is, and how a change would leave it. */
export interface Preview {
  /** Undefined if there is none. */
  live?: Manifest;
  /** Undefined where the server does not say. */
  after?: Manifest;
  /** Why the server would refuse the change now, and with which HTTP status. */
  refusal?: { message: string; httpStatus: number };
}

/** How `apply` treats fields that others have set. */
export interface ApplyOptions {
  /** Takes them over; otherwise they are a Failure. */
  isForced?: boolean;
  /** The object may come from `create`, whose fields then become those of this apply. */
  mayBeCreated?: boolean;
}

/** A port of a pod: of the one named, or of the newest one running that the selector finds. */
export interface ForwardTarget {
  namespace: string;
  pod?: string;
  /** Labels, as `spark-role=driver`. */
  selector?: string;
  port: number;
}

export interface ForwardOptions {
  /** Port on 127.0.0.1; a taken one gives way to the next that is free. Left out, any free one. */
  localPort?: number;
  /** Also listens on ::1 at the same port, so that nobody else answers clients that look `localhost` up. */
  isLocalhost?: boolean;
  /** Ends the listening and everything that goes through. */
  signal: AbortSignal;
  /** Called when connections begin to reach another pod than before. */
  onReach?: (target: ForwardTarget, pod: string) => void;
  /** Receives why a connection leads nowhere, once for each reason. */
  onTrouble?: (why: string) => void;
}

export interface Forward {
  /** As `127.0.0.1:4040`. */
  address: string;
  port: number;
  /** Settled once nothing listens any more. */
  closed: Promise<void>;
}

/** Which process of a pod. */
export interface ProcessOptions {
  container: string;
  /** Starts this; left out, the container's first process is attached to. */
  command?: readonly string[];
  /** With a terminal, which has one stream for both outputs. */
  tty?: boolean;
}

/** A process in a pod, as long as the connection lasts. */
export interface PodProcess {
  stdout: Readable;
  stderr: Readable;
  /** Its exit code; Failure if the connection ends before the process does. */
  ended: Promise<number>;
  /** To its standard input; settled once more may follow. */
  write(bytes: Uint8Array): Promise<void>;
  /** The size of its terminal. */
  resize(columns: number, rows: number): void;
  /** Ends the connection, and with it the process' standard input. */
  close(): void;
}

/** How namespaces are removed. */
export interface NamespaceRemoval {
  /** Finds them all. */
  labelSelector: string;
  /** Called with the number of those that are left. */
  onLeft?(left: number): void;
}

/** A cluster's API. Reads answer undefined or nothing for what is absent; every call has its own deadline and retries. */
export interface Kube {
  get(ref: Ref): Promise<Manifest | undefined>;
  list(collection: Collection): Promise<Manifest[]>;
  /** The same page by page; an object may come twice where the server gives up a list that took long. */
  pages(collection: Collection): AsyncIterable<Manifest[]>;
  /** Creates; if an object of that name exists already, Failure. */
  create(manifest: Manifest): Promise<Manifest>;
  /** What keeps the server from creating this, admission and quotas asked as well; undefined if nothing does. Creates nothing. */
  refusal(manifest: Manifest): Promise<string | undefined>;
  /** What keeps the server from removing this with such a grace, in seconds; undefined if nothing does. Removes nothing. */
  removalRefusal(ref: Ref, gracePeriodSeconds: number): Promise<string | undefined>;
  /** What `apply` would make of an object, admission asked as well. Changes nothing. */
  previewApply(manifest: Manifest, options?: ApplyOptions): Promise<Preview>;
  /** The same of `patch`. */
  previewPatch(ref: Ref, operations: PatchOperation[]): Promise<Preview>;
  /** Server-side apply with field manager `firesteel`. */
  apply(manifest: Manifest, options?: ApplyOptions): Promise<Manifest>;
  /** Changes an object that exists by a JSON Patch (RFC 6902); a `test` that does not hold is a Failure, and nothing is changed. */
  patch(ref: Ref, operations: PatchOperation[]): Promise<Manifest>;
  /** Whether `apply` would change nothing: applied by us with this very content, and not drifted since. */
  isApplied(manifest: Manifest): Promise<boolean>;
  /** Removing what is absent is fine. Waits until it is gone, two minutes if `seconds` says nothing else. */
  remove(ref: Ref, seconds?: number): Promise<void>;
  /** Ends all pods of a namespace within these seconds, whatever grace periods they ask for. Does not wait for it. */
  endPods(namespace: string, graceSeconds: number): Promise<void>;
  /**
   * Removes namespaces with all in them, some at a time, and waits as long as one of them ends every two minutes. Returns
   * those that are left, by name, each with the reason.
   */
  removeNamespaces(names: readonly string[], options: NamespaceRemoval): Promise<Map<string, string>>;
  /** Lines of a container's log as text, without their newline. */
  logs(pod: { name: string; namespace: string }, options?: LogOptions): AsyncIterable<string>;
  /** The same log, byte for byte, from all files that the node has of it. */
  logPieces(pod: { name: string; namespace: string }, options?: LogOptions): AsyncIterable<LogPiece>;
  /** Lists first (as ADDED), then watches; reconnects and lists again by itself until `signal` aborts. */
  watch(collection: Collection, signal: AbortSignal): AsyncIterable<WatchEvent>;
  can(question: AccessQuestion): Promise<boolean>;
  /** The uid of the FlowSchema by which the server queues our requests; undefined if the server does not say. */
  flowSchema(): Promise<string | undefined>;
  /** The server's clock, to the second; undefined if it does not say. */
  serverTime(): Promise<Date | undefined>;
  /** A new token of a service account for the API, valid for this many seconds, or for fewer if the cluster says so. */
  issueToken(account: { name: string; namespace: string }, seconds: number): Promise<string>;
  /**
   * Listens on 127.0.0.1; each connection looks for the pod again and takes the first of the targets that has one, so that
   * it outlives pods and links.
   */
  forward(targets: readonly ForwardTarget[], options: ForwardOptions): Promise<Forward>;
  /** Starts a process in a pod, or attaches to its first one. */
  openProcess(pod: { name: string; namespace: string }, options: ProcessOptions): Promise<PodProcess>;
  /** GET of a raw path such as `/readyz`; returns the body. */
  raw(path: string): Promise<string>;
}

/** A kubeconfig file and the context to use in it. */
export interface KubeSource {
  path: string;
  context: string;
}

/** The same fields as they travel: a time is text, and no name has the `_` that keeps it apart from a word of TypeScript. */
export type Json<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Name in keyof T as Name extends `_${infer Plain}` ? Plain : Name]: Json<T[Name]> }
      : T;
