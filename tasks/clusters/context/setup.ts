// An existing cluster in the set-up wizard: a context of the user's kubeconfig files.
import { usualKubeconfig, usualKubeconfigs } from '../../kube/kubeconfig/client-config.ts';
import type { Choice, Found, SetupKind } from '../../steps/setup.ts';
import { contextNames, contextProblems } from './kubeconfig.ts';

interface FoundContext {
  name: string;
  file: string;
}

const contextsIn = ({ facts }: Found): FoundContext[] => (facts['contexts'] ?? []) as FoundContext[];

function look(): Found {
  const contexts = usualKubeconfigs().flatMap((file) => contextNames(file).map((name) => ({ name, file })));
  const names = [...new Set(contexts.map(({ name }) => name))];
  return {
    facts: { contexts },
    rows: [['kubeconfig contexts', names.length > 0 ? names.join(', ') : 'none']],
  };
}

/** A file that is not looked in by itself is named beside the context. */
function choicesOf(found: Found): Choice[] {
  const usual = usualKubeconfig();
  return contextsIn(found).map(({ name, file }) => ({
    value: name,
    about: file,
    ...(file === usual ? {} : { values: { 'context.kubeconfig': file } }),
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
      key: 'context.context',
      flag: 'context',
      title: 'Context',
      isRequired: true,
      // The current context is never taken by accident, not even where it is the only one.
      choices: ({ found }) => choicesOf(found),
      problems: (profile) => contextProblems(profile).map((line) => `context.context: ${line}`),
    },
    {
      key: 'context.kubeconfig',
      flag: 'kubeconfig',
      title: 'Kubeconfig file',
      applies: ({ context }) => !!context.kubeconfig,
    },
    { key: 'image.repository', flag: 'repository', title: 'Registry for images', isAsked: true },
  ],
};
