// Types of Kubernetes objects, from the classes of @kubernetes/client-node.
import type { Json, Manifest } from './types.ts';

/** An object of such a class as the API answers it: it has a name, and a spec where its kind has one. */
export type KubeObject<T> = Manifest &
  Json<Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'spec'> & Required<Pick<T, keyof T & 'spec'>>>;
