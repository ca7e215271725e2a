// Every verb, grouped by the headings of help.
import type { Verb, VerbGroup } from './verb.ts';
import { clusterVerbs } from './verbs/clusters.ts';
import { jobVerbs } from './verbs/jobs.ts';
import { machineVerbs } from './verbs/machine.ts';
import { notebookVerbs } from './verbs/notebooks.ts';

export const verbGroups: readonly VerbGroup[] = [clusterVerbs, jobVerbs, notebookVerbs, machineVerbs];

export const verbs: Readonly<Record<string, Verb>> = Object.assign({}, ...verbGroups.map((group) => group.verbs));
