// An existing cluster in the set-up wizard: a context of the user's kubeconfig files.
import { pastedPath } from '../../core/paths.ts';
import { usualKubeconfig, usualKubeconfigs } from '../../kube/kubeconfig/client-config.ts';
import type { Asked, Choice, Found, SetupKind } from '../../steps/setup.ts';
import { contextNames, contextProblems, fileProblem } from './kubeconfig.ts';

interface FoundContext {
  name: string;
  file: string;
}

const contextsIn = ({ facts }: Found): FoundContext[] => (facts['contexts'] ?? []) as FoundContext[];

const contextsOf = (file: string): FoundContext[] => contextNames(file).map((name) => ({ name, file }));

/** The contexts of every file that kubectl looks in. */
const usualContexts = (): FoundContext[] => usualKubeconfigs().flatMap(contextsOf);

function look(): Found {
  const contexts = usualContexts();
  const names = [...new Set(contexts.map(({ name }) => name))];
  return {
    facts: { contexts },
    rows: [['kubeconfig contexts', names.length > 0 ? names.join(', ') : 'none']],
  };
}

/** Each context brings its file; the usual one needs no name. Where several files have a name, the file follows the name. */
function choicesOf({ found, profile }: Pick<Asked, 'found' | 'profile'>): Choice[] {
  const usual = usualKubeconfig();
  const { kubeconfig } = profile.context;
  const seen = contextsIn(found);
  const isNew = kubeconfig && !seen.some(({ file }) => file === kubeconfig);
  const all = isNew ? [...contextsOf(kubeconfig), ...seen] : seen;
  return all.map(({ name, file }, i) => ({
    ...(all.findIndex((one) => one.name === name) === i
      ? { value: name }
      : { value: `${name} in ${file}`, means: name }),
    about: file,
    values: { 'context.kubeconfig': file === usual && file !== kubeconfig ? undefined : file },
  }));
}

export const contextSetup: SetupKind = {
  look,
  offers: (_host, found) => {
    const count = contextsIn(found).length;
    return [
      {
        name: 'context',
        title: 'An existing cluster: a kubeconfig context',
        fit: count > 0 ? 'ready' : 'lacking',
        reason: count > 0 ? `${count} found in your kubeconfig` : 'no context in your kubeconfig',
        values: { cluster: 'context' },
      },
    ];
  },
  questions: [
    {
      key: 'context.kubeconfig',
      flag: 'kubeconfig',
      title: 'Kubeconfig file',
      isRequired: true,
      meaning: pastedPath,
      // Where the usual files have contexts, each context brings its file.
      applies: ({ context }) => !!context.kubeconfig || usualContexts().length === 0,
      problems: ({ context: { kubeconfig } }) => {
        const problem = kubeconfig ? fileProblem(kubeconfig) : undefined;
        return problem ? [`context.kubeconfig: ${problem}`] : [];
      },
    },
    {
      key: 'context.context',
      flag: 'context',
      title: 'Context',
      isRequired: true,
      // The current context is never taken by accident, not even where it is the only one.
      choices: choicesOf,
      problems: (profile) => contextProblems(profile).map((line) => `context.context: ${line}`),
    },
    { key: 'image.repository', flag: 'repository', title: 'Registry for images', isAsked: true },
  ],
};
