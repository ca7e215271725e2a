// What setup proposes for a node of minikube.
import { expect, test } from 'vitest';
import { minikubeSetup } from '../../../../tasks/clusters/minikube/setup.ts';
import { engineSize } from '../../../../tasks/images/docker-engine.ts';
import { checkDraft } from '../../../../tasks/setup/draft.ts';
import type { Host } from '../../../../tasks/steps/setup.ts';
import { draftOf, host, nothing } from '../../setup/machine.ts';

test.each<[string, string, unknown[]]>([
  ['docker', '', ['8Gi', 'of 16.0 GB', 3]],
  ['docker', '2 8219156480', ['4608Mi', 'of 7.7 GB that Docker has', 2]],
  ['docker', '8 67430522880', ['8Gi', 'of 16.0 GB', 3]],
  ['docker', '0 0', ['8Gi', 'of 16.0 GB', 3]],
  ['vm', '2 8219156480', ['8Gi', 'of 16.0 GB', 3]],
])('of driver %s where Docker says %j', async (driver, printed, expected) => {
  const { profile } = checkDraft(draftOf(`minikube-${driver}`));
  const size = engineSize(printed);
  const machine: Host = { ...host, ...(size ? { dockerSize: size } : {}) };
  const signal = new AbortController().signal;
  const proposed = (flag: string) =>
    minikubeSetup.questions
      .find((question) => question.flag === flag)
      ?.propose?.({ host: machine, found: nothing, profile, signal });
  const [memory, cpus] = [await proposed('memory'), await proposed('cpus')];
  expect([memory?.value, memory?.why, cpus?.value]).toEqual(expected);
});
