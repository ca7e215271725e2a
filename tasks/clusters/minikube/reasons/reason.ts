// What a row of the tables of minikube's reasons for failing is made of.

/**
 * One row: a reason, or one of the things it stands for; the first that matches counts. Contracts: pkg/minikube/reason/reason.go
 * and known_issues.go of minikube, whose names are stable; providers' are made up of the driver's name in validateDriver of
 * cmd/minikube/cmd/start.go.
 */
export interface Reason {
  /** The reason's name as minikube gives it, or what it looks like. */
  id: string | RegExp;
  /** Only if its message looks like this: some names stand for more than one thing. */
  message?: RegExp;
  /** What is wrong. */
  what: string;
  /** minikube's own message follows, for it has a number or a name in it. */
  isQuoted?: true;
  hint: string;
}

/** When nothing less helps. */
export const again = 'firesteel destroy, then firesteel deploy';
/** When something could not be fetched. */
export const network =
  'check the internet connection and HTTPS_PROXY, then run the command again: finished downloads are kept';
/** Without that group, no virtual machine starts. */
export const joinLibvirt = 'add yourself to group libvirt, and log in again: sudo usermod -aG libvirt $USER';
/** For a processor that runs no virtual machines. */
export const virtual = 'turn on virtualization (VT-x or AMD-V) in the firmware, or set minikube.driver: docker';
