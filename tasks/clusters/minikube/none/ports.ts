// Checks the ports of this machine that the control plane of driver none needs.
import { portsFinding } from '../../../host/ports.ts';
import { type Check, notAvailable } from '../../../steps/check.ts';
import { isOurs } from '../../ours.ts';

/** https://kubernetes.io/docs/reference/networking/ports-and-protocols/, with minikube's own port of the API server. */
const controlPlanePorts = [8443, 2379, 2380, 10250, 10257, 10259];

export const nodePortsCheck: Check = {
  name: 'node-ports',
  title: 'Ports of the control plane',
  category: 'This machine',
  affects: 'deploy with minikube.driver none',
  run: ({ profile }) => {
    if (profile.minikube.driver !== 'none') return notAvailable('the node has its own address');
    if (isOurs(profile)) return notAvailable('the cluster runs and uses these ports');
    return portsFinding(controlPlanePorts);
  },
};
