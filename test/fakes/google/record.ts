// What was asked of the fake of Google: every call, whether it changes something, and those it did not expect.

export interface Call {
  /** As `CreateCluster` or `POST /v1/projects/p:setIamPolicy`. */
  what: string;
  changes: boolean;
  /** The message or body it came with. */
  request: unknown;
}

export interface Recorder {
  calls: Call[];
  /** Calls, fields and values that no test is meant to see: a test ends by asking that there are none. */
  unexpected: string[];
}

export const createRecorder = (): Recorder => ({ calls: [], unexpected: [] });
