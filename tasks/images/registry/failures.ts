// Explains a failed push by what skopeo reports of the registry's answer.
import { Failure } from '../../core/failure.ts';
import { registryOf } from '../name.ts';
import type { Push } from './cause.ts';
import type { RegistryLogin } from './login.ts';
import { machineCauses } from './machine-causes.ts';
import { registryCauses } from './registry-causes.ts';

/** The Failure of a push or login that skopeo gave up; as it came, if its reason is not known. */
export function pushFailure(error: unknown, reference: string, login?: RegistryLogin): unknown {
  if (!(error instanceof Failure)) return error;
  const known = [...machineCauses, ...registryCauses].find(({ match }) => match.test(error.output ?? ''));
  const found = known?.match.exec(error.output ?? '');
  if (!known || !found) return error;
  const push: Push = { registry: registryOf(reference), repository: reference.replace(/:[^/:]*$/, ''), login };
  const detail = error.output ? { output: error.output } : {};
  return new Failure(`cannot push ${reference}: ${known.why(push, found)}`, {
    ...detail,
    hint: known.hint(push, found),
  });
}
