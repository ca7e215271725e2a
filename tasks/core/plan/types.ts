// Types of the events of a dry run: one for each step, and one for each change.

/** What becomes of something that has a name. */
export type Action = 'create' | 'change' | 'delete';

/** One field that would have another value. */
export interface FieldChange {
  /** Such as `spec.containers[name=driver].image`. */
  field: string;
  /** Left out if there is none, or if the value is hidden. */
  old?: unknown;
  new?: unknown;
  /** Lines that a text of several lines loses (`- `) and gains (`+ `), in place of both values. */
  lines?: string[];
  /** The field holds a secret: nothing of its values is shown. */
  hidden?: true;
  /** Who set the present value, as the object's managedFields name it; left out if firesteel or nobody did. */
  owner?: string;
}

/** One change that a run would make. */
export type Change =
  | {
      kind: 'object';
      action: Action;
      /** Such as `ConfigMap spark/settings`. */
      name: string;
      /** What differs from the live object. */
      fields?: FieldChange[];
      /** The whole object, of one that would be created; without secrets. */
      manifest?: object;
      /** Why the server would refuse it now. */
      refusal?: string;
    }
  | {
      kind: 'file';
      action: Action;
      /** Such as `write /etc/hosts (mode 0644)`. */
      name: string;
      file: string;
      /** Where it goes, of one that would be moved. */
      to?: string;
      /** Octal. */
      mode?: string;
      /** Lines that the file loses (`- `) and gains (`+ `), or lines about it where it is secret. */
      lines?: string[];
    }
  /** Something in a cloud's API. */
  | { kind: 'resource'; action: Action; name: string; fields?: object }
  /** As typed in a shell. */
  | { kind: 'command'; name: string }
  /** Anything else, in the imperative. */
  | { kind: 'other'; name: string };

/** A thing outside of this machine and cluster, as a step names it to `context.change`. */
export type Resource = Omit<Extract<Change, { kind: 'resource' }>, 'kind'>;

/** Receives each change when it is found. */
export type Tell = (change: Change) => void;

/** `path` is a step's title behind those of the groups around it. */
export type PlanEvent =
  /** A step would run; its changes follow. */
  | { event: 'plan'; path: string[] }
  | ({ event: 'change'; path: string[] } & Change)
  | { event: 'skip'; path: string[]; reason: string }
  /** A step would only wait, verify or follow. */
  | { event: 'look'; path: string[] }
  /** What a step that compares has found. */
  | { event: 'line'; path: string[]; line: string }
  /** Something to know before the run. */
  | { event: 'note'; line: string }
  | ({ event: 'planned' } & Totals);

/** How many things would be created, changed and deleted, and how many commands and other actions would run. */
export interface Totals {
  create: number;
  change: number;
  delete: number;
  run: number;
}
