// The questions of setup for every kind of cluster, and for a class.
import { endProblems } from '../classroom/class-end.ts';
import { clusters } from '../clusters/index.ts';
import { setupKinds } from '../clusters/offers.ts';
import { pastedPath } from '../core/paths.ts';
import type { Profile } from '../profile/schema.ts';
import type { Offer, Question } from '../steps/setup.ts';
import { identifyingColumns } from './class-list.ts';

/** Whether the profile is for a class. */
const isClass = ({ classroom }: Profile): boolean => classroom.roster !== undefined;

/** Whether students come through a load balancer of the cloud; otherwise this machine leads them. */
const hasBalancer = (profile: Profile): boolean => clusters[profile.cluster].loadBalancers?.(profile) !== undefined;

const day = 86_400_000;

/** Half a year from now in the evening, as the profile has it. */
function semesterEnd(): string {
  const [date] = new Date(Date.now() + 180 * day).toISOString().split('T');
  return `${date}T18:00`;
}

/** Who uses the cluster; these come first, as a class is to fit into its nodes. */
export const whoQuestions: Question[] = [
  {
    key: 'classroom.roster',
    flag: 'roster',
    title: 'Class list',
    isRequired: true,
    applies: isClass,
    meaning: pastedPath,
  },
  {
    key: 'classroom.column',
    flag: 'column',
    title: 'Column that identifies people',
    applies: isClass,
    // The form that classroom's own --column has.
    meaning: (text) => text.replace(/^id=/, ''),
    choices: ({ profile }) => identifyingColumns(profile.classroom),
  },
  { key: 'classroom.name', flag: 'class', title: 'Name of the class', applies: isClass, isAsked: true },
  {
    key: 'classroom.end',
    flag: 'end',
    title: 'End of the class',
    applies: isClass,
    isAsked: true,
    isRequired: true,
    propose: () => ({ value: semesterEnd(), why: 'half a year' }),
    problems: (profile) => endProblems(profile),
  },
];

const accessQuestions: Question[] = [
  {
    key: 'classroom.door.address',
    flag: 'address',
    title: 'Address that students open',
    applies: (profile) => isClass(profile) && !hasBalancer(profile),
    isAsked: true,
    propose: ({ host }) => (host.addresses[0] ? { value: host.addresses[0], why: 'default route' } : undefined),
    choices: ({ host }) =>
      host.addresses.map((value, i) => ({ value, ...(i === 0 ? { about: 'default route' } : {}) })),
  },
  {
    key: 'classroom.door.loadBalancer.sources',
    flag: 'sources',
    title: 'Networks that students come from',
    isList: true,
    applies: (profile) => isClass(profile) && hasBalancer(profile),
    isAsked: true,
  },
  { key: 'classroom.door.domain', flag: 'domain', title: 'Domain of the class', applies: isClass },
];

const commonQuestions: Question[] = [
  { key: 'namespace', flag: 'namespace', title: 'Namespace of jobs' },
  { key: 'spark.version', flag: 'spark', title: 'Spark' },
];

/** Every question of one kind of cluster, in order. */
export const questionsFor = (kind: Profile['cluster']): Question[] => [...whoQuestions, ...clusterQuestionsFor(kind)];

/** Those about the cluster and access to it. */
export const clusterQuestionsFor = (kind: Profile['cluster']): Question[] => [
  ...setupKinds[kind].questions,
  ...accessQuestions,
  ...commonQuestions,
];

/** Whether a question matters to this profile. */
export const applies = (question: Question, profile: Profile): boolean => question.applies?.(profile) ?? true;

/** Whether a question is about the cluster itself. */
export const isOfCluster = (question: Question, { values }: Offer): boolean =>
  setupKinds[values['cluster'] as Profile['cluster']].questions.includes(question);

/** Those that matter to this profile. */
export const openQuestions = (profile: Profile): Question[] =>
  questionsFor(profile.cluster).filter((question) => applies(question, profile));

/** The questions about the class list. */
export const [rosterQuestion, columnQuestion] = whoQuestions as [Question, Question];

/** The flags of every kind of cluster, by their names. */
export const questionFlags = (): string[] => [
  ...new Set(
    (Object.keys(setupKinds) as Profile['cluster'][]).flatMap((kind) => questionsFor(kind).map(({ flag }) => flag)),
  ),
];

/** The kinds of clusters that have a question with that flag. */
export const kindsWith = (flag: string): Profile['cluster'][] =>
  (Object.keys(setupKinds) as Profile['cluster'][]).filter((kind) =>
    questionsFor(kind).some((question) => question.flag === flag),
  );
