// kind in the set-up wizard.
import type { Host, Offer, SetupKind } from '../../steps/setup.ts';

/** Whether Docker, which runs the nodes, is there. */
function dockerFit({ docker }: Host): Pick<Offer, 'fit' | 'reason'> {
  if (docker === 'running') return { fit: 'ready', reason: 'Docker runs here' };
  return {
    fit: 'lacking',
    reason:
      docker === 'not running' ? 'Docker does not answer: start it first' : 'needs Docker, which is not installed',
  };
}

export const kindSetup: SetupKind = {
  offers: (host) => [
    { name: 'kind', title: 'kind: nodes are Docker containers', values: { cluster: 'kind' }, ...dockerFit(host) },
  ],
  questions: [{ key: 'kind.workers', flag: 'nodes', title: 'Workers' }],
};
