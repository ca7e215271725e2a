// What a row of the tables of Google's errors is made of.
import type { GoogleError } from './google-error.ts';

/** What is known of the call that was refused. */
export interface Doing {
  /** As in "create cluster gke"; the line begins with "cannot". */
  doing: string;
  project?: string;
}

/** A row; the first that matches counts. */
export interface Reason {
  code?: GoogleError['code'];
  /** Looked for in reason and message. */
  match: RegExp;
  message: (found: RegExpExecArray, error: GoogleError, doing: Doing) => string;
  hint: (found: RegExpExecArray, error: GoogleError, doing: Doing) => string;
}

/** As in `quota CPUS of project spark-class`. */
export const ofProject = ({ project }: Doing): string => (project ? ` of project ${project}` : '');
/** The flag of gcloud for the project. */
export const flagOf = ({ project }: Doing): string => (project ? ` --project=${project}` : '');
/** Where limits are shown, and more is applied for. */
export const quotaPage = ({ project }: Doing): string =>
  `https://console.cloud.google.com/iam-admin/quotas?project=${project ?? 'PROJECT'}`;
