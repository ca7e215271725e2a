// Stops a Connect server: its pod, its executors, then its other objects.
import { existsSync } from 'node:fs';
import type { Profile } from '../profile/schema.ts';
import { podsEnd, removal } from '../steps/removal.ts';
import type { Step } from '../steps/types.ts';
import { clientFile } from './client.ts';
import { podsOf, serverRefs } from './names.ts';

/** The driver gets the request to end first, and ends its executors; seconds. */
const endSeconds = 120;

/** Removes all of a server's objects but those of someone else. */
export function endServer(object: string, profile: Profile): Step[] {
  const [deployment, ...others] = serverRefs(object, profile);
  return [
    removal('Stop the Connect server', () => (deployment ? [deployment] : [])),
    // Their end needs the account, and what they used.
    podsEnd('Wait for its pods to end', {
      for: 'end of its pods',
      seconds: endSeconds,
      pods: podsOf(object, profile),
    }),
    removal("Remove the server's objects", () => others),
    {
      title: 'Remove the file for clients',
      skip: () => !existsSync(clientFile(profile, object)) && 'there is none',
      run: ({ remove }) => remove(clientFile(profile, object)),
    },
  ];
}
