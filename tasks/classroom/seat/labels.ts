// The labels by which objects of a class are found. Pure.
import type { Profile } from '../../profile/schema.ts';
import type { Readers } from '../../storage/readers.ts';

/** On all objects of a class; its value is the class's name. */
export const classLabel = 'firesteel/class';
/** On all objects of a seat; its value is the student's name. */
export const studentLabel = 'firesteel/student';

/** Selects everything of a class. */
export const classSelector = (className: string): string => `${classLabel}=${className}`;

/** Objects of the notebook server in each seat are called so. */
export const notebookName = 'notebook';
/** The account that a student's kubeconfig stands for. */
export const studentAccount = 'student';

/** Namespace of the door, and of everything else that the class has once. */
export const classNamespace = (className: string): string => `${className}-class`;
/** Namespace of a student. */
export const seatNamespace = (className: string, student: string): string => `${className}-${student}`;

/** The seats of a class, as readers of data sets. */
export const classReaders = ({ classroom: { name } }: Pick<Profile, 'classroom'>): Readers => ({
  name,
  namespaces: { [classLabel]: name },
});
