// Names that JupyterLab and Spark Connect servers in the cluster share. Pure.
import type { Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';

/** A name behind the kind of server fits into a label and, with what Spark puts behind it, into an executor's name. */
const serverName = /^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** What keeps this from being the name of a server. */
export const serverNameProblems = (name: string | undefined): string[] =>
  name === undefined || serverName.test(name)
    ? []
    : [`--name ${name}: expected at most 20 lower-case letters, digits and "-", no "-" first or last`];

export const deploymentRef = (object: string, { namespace }: Profile): Ref => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: object,
  namespace,
});

/** The Secret with the token of the server whose objects are called so. */
export const tokenName = (object: string): string => `${object}-token`;

export const tokenRef = (object: string, { namespace }: Profile): Ref => ({
  apiVersion: 'v1',
  kind: 'Secret',
  name: tokenName(object),
  namespace,
});
