// The requirements of the Pod Security Standard "restricted", for drivers and executors.
import type { Profile } from '../profile/schema.ts';
import { elasticExecutorSpec } from './elastic.ts';
import type { Pod } from './pod.ts';
import { executorContainer } from './pod.ts';
import { executorVariables } from './verbatim.ts';
import type { Volumes } from './volumes.ts';

/** The image's user is 185; its group is root's, which is the group that may write Spark's folders. */
export const podSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 185,
  runAsGroup: 0,
  fsGroup: 185,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
export const containerSecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/** What Spark starts from when the driver makes an executor; it fills in image, resources, environment and names. */
export function executorTemplate(
  profile: Profile,
  properties: Record<string, string>,
  labels: Record<string, string>,
  { mounts, volumes }: Volumes = { mounts: [], volumes: [] },
): Pod {
  const env = executorVariables(properties);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'executor', labels },
    spec: {
      serviceAccountName: profile.serviceAccounts.executor,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurityContext,
      ...elasticExecutorSpec(profile, properties),
      containers: [
        {
          name: executorContainer,
          securityContext: containerSecurityContext,
          ...(env.length > 0 ? { env } : {}),
          ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
        },
      ],
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}
