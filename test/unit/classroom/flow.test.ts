// A class's share of the API server, which is for its students alone.
import { expect, test } from 'vitest';
import { flowObjects } from '../../../tasks/classroom/flow.ts';

test.each([
  [['stats-ada'], ['PriorityLevelConfiguration', 'FlowSchema']],
  // A schema without subjects is not valid.
  [[], ['PriorityLevelConfiguration']],
])('for the namespaces %j there is %j', async (namespaces, kinds) =>
  expect((await flowObjects('stats', namespaces)).map(({ kind }) => kind)).toEqual(kinds),
);
