// Lets only one run on this machine change a class at a time.
import { Failure } from '../core/failure.ts';
import { tryTurn } from '../core/turn.ts';
import { shownClass } from '../profile/blocks/classroom.ts';
import type { SingleStep } from '../steps/types.ts';
import { classPath } from './folder.ts';
import type { ClassRun } from './run.ts';

/** Until this process ends. What was read of the class before is read again: another run may have changed it. */
export const lockClass = (run: ClassRun, action: string): SingleStep => ({
  title: 'Lock the class',
  observes: true,
  run: async ({ profile }) => {
    const { name } = profile.classroom;
    const turn = await tryTurn(classPath(name), `classroom ${action}`);
    if ('holder' in turn)
      throw new Failure(`${turn.holder} is changing ${shownClass(name)}`, {
        hint: 'wait until that process ends, then run the command again',
      });
    await run.readAgain();
  },
});
