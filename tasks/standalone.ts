// standalone: Spark's own master and workers in the cluster, for applications that share them.
import { randomBytes } from 'node:crypto';
import { accessSteps } from './access/ready-cluster.ts';
import { Failure } from './core/failure.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { checkProblems } from './jobs/check.ts';
import { submitSteps, submittedExitCode, submittedLines } from './runs/submit-steps.ts';
import { autoscaleLines, autoscaleSteps, limitsOf, type ScaleFlags } from './standalone/autoscale.ts';
import { workerProblems } from './standalone/conf.ts';
import { neededSet, scaleTo, waitForWorkers } from './standalone/count.ts';
import { standaloneEngine, withoutExecutors } from './standalone/driver.ts';
import { endSteps, runningApplications } from './standalone/end.ts';
import { masterUrl } from './standalone/names.ts';
import { showPages } from './standalone/pages.ts';
import { type ShellPod, showShell, startShell } from './standalone/shell.ts';
import { checkFit, startSteps } from './standalone/start.ts';
import { statusStep } from './standalone/status.ts';
import type { Context, SingleStep, Task } from './steps/types.ts';
import { flagProblems, jobProblems, planOf, profileOf, type SubmitFlags } from './submission/ask.ts';

/** Flags of standalone alone. */
export interface StandaloneFlags extends ScaleFlags, Pick<SubmitFlags, 'name' | 'class'> {
  /** The action is shell. */
  takesTerminal?: boolean;
}

/** The task as these flags ask for it. */
export const standaloneWith = (flags: StandaloneFlags = {}): Task => {
  const submit: SubmitFlags = { name: flags.name, class: flags.class, engine: standaloneEngine };
  let shell: ShellPod | undefined;
  let code: number | undefined;
  return {
    ...(flags.takesTerminal ? { takesTerminal: true as const } : {}),
    profileFor: (profile, [action, ...words]) =>
      action === 'submit' ? withoutExecutors(profileOf(profile, words, submit)) : profile,
    problems: async (profile, [action, ...words], _cluster, read) => {
      if (action === 'up') return [...workerProblems(profile), ...(await buildProblems(profile, read))];
      if (action === 'scale') return numberProblems(words);
      if (action === 'autoscale') return scaleProblems(flags);
      if (action !== 'submit') return [];
      const problems = [...flagProblems(submit), ...jobProblems(profile, words, submit)];
      const plan = problems.length === 0 ? planOf(profile, words, submit) : undefined;
      return plan ? checkProblems(plan, read) : problems;
    },
    deletes: async (context, [action]) => (action === 'down' ? runningApplications(context) : []),
    tools: (profile, [action]) => (action === 'up' ? buildTools(profile) : []),
    steps: (profile, cluster, [action, ...words]) => {
      if (action === 'up')
        return [accessSteps(profile), checkFit, ...buildSteps(profile), ...cluster.publish(profile), ...startSteps];
      if (action === 'scale') return [scaleTo(Number(words[0])), waitForWorkers];
      if (action === 'autoscale') return autoscaleSteps(profile, flags);
      if (action === 'submit') return [findCluster, ...submitSteps(words, submit)];
      if (action === 'ui') return [findCluster];
      if (action === 'down') return endSteps(profile);
      if (action === 'status') return [statusStep];
      const take = (pod: ShellPod) => {
        shell = pod;
      };
      return [startShell(randomBytes(4).toString('hex'), take)];
    },
    show: async (context, [action], show) => {
      if (action === 'ui') await showPages(context, show);
      if (action === 'shell' && shell) code = await showShell(context, shell, show);
    },
    done: async (context, [action] = []) => {
      if (action === 'submit') return submittedLines(context);
      if (action === 'autoscale') return autoscaleLines(context);
      if (action === 'up')
        return [
          `Spark's master is ${masterUrl(context.profile)}`,
          'Next: firesteel standalone submit pi, or firesteel standalone shell',
        ];
      if (action === 'down') return ['No standalone cluster runs, and nothing of one is left.'];
      return context.state.lines ?? [];
    },
    facts: ({ state }) => (state.standalone === undefined ? {} : { standalone: state.standalone }),
    exitCode: (context) => code ?? submittedExitCode(context),
  };
};

const numberProblems = ([word]: readonly string[]): string[] =>
  /^[1-9]\d{0,2}$|^1000$/.test(word ?? '')
    ? []
    : [`standalone scale ${word ?? ''}: expected a number of workers from 1 to 1000`.replace(' :', ':')];

const scaleProblems = (flags: ScaleFlags): string[] => {
  if (flags.off) return [];
  const limits = limitsOf(flags);
  return Array.isArray(limits) ? limits : [];
};

/** A run has the image that the workers have. */
const findCluster: SingleStep = {
  title: 'Find the standalone cluster',
  observes: true,
  run: async (context: Context) => {
    const set = await neededSet(context);
    const image = set.spec?.template.spec?.containers[0]?.image;
    if (!image) throw new Failure('the workers have no image', { hint: 'run it again: firesteel standalone up' });
    context.state.image = image;
  },
};
