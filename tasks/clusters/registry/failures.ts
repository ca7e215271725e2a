// Why a push failed, in a line, by what skopeo says of the registry's answer.
import { Failure } from '../../lib/failure.ts';
import { registryOf } from '../../lib/image-name.ts';
import type { RegistryLogin } from './login.ts';

/** What a row tells of. */
interface Push {
  registry: string;
  /** The reference without its tag. */
  repository: string;
  login?: RegistryLogin | undefined;
}

interface Cause {
  match: RegExp;
  why: (push: Push) => string;
  hint: (push: Push) => string;
}

const ownLogin = ({ registry }: Push) =>
  `log in with an account that may push: skopeo login ${registry}, or docker login ${registry}`;

/** The first row that matches tells. Codes: https://distribution.github.io/distribution/spec/api/#errors-2 */
const causes: Cause[] = [
  {
    match: /API has not been used in project|SERVICE_DISABLED|API is (disabled|not enabled)/i,
    why: ({ registry }) => `the API of ${registry} is off in this project`,
    hint: () => 'turn it on: gcloud services enable artifactregistry.googleapis.com',
  },
  {
    match: /quota|toomanyrequests|too many requests|status:? 429/i,
    why: ({ registry }) => `${registry} takes no more for now`,
    hint: () => 'look at the quota of the registry, or try again later',
  },
  {
    match: /name unknown|NAME_UNKNOWN|repository .*not found|registry .*not found|status:? 404/i,
    why: ({ repository }) => `there is no repository for ${repository}`,
    hint: () => 'make it, or correct image.repository',
  },
  {
    match: /denied|forbidden|status:? 403/i,
    why: ({ registry, login }) => (login ? `${registry} knows ${login.user} and denies it` : `${registry} refuses`),
    hint: (push) => (push.login ? `give your account the role ${push.login.role} on that repository` : ownLogin(push)),
  },
  {
    match: /unauthorized|authentication required|invalid username\/password|no basic auth|status:? 401/i,
    why: ({ registry, login }) => (login ? `${registry} does not know ${login.user}` : `${registry} refuses`),
    hint: (push) => push.login?.renew ?? ownLogin(push),
  },
  {
    match: /no such host|connection refused|i\/o timeout|network is unreachable|no route to host|context deadline/i,
    why: ({ registry }) => `${registry} cannot be reached`,
    hint: () => 'correct image.repository, or the way to the registry',
  },
  {
    match: /x509|certificate|server gave HTTP response to HTTPS client/i,
    why: ({ registry }) => `${registry} has no certificate that this machine trusts`,
    hint: ({ registry }) => `put its authority's certificate into /etc/containers/certs.d/${registry}/ca.crt`,
  },
];

/** The Failure of a push or login that skopeo gave up; as it came, if its reason is not known. */
export function pushFailure(error: unknown, reference: string, login?: RegistryLogin): unknown {
  if (!(error instanceof Failure)) return error;
  const known = causes.find(({ match }) => match.test(error.output ?? ''));
  if (!known) return error;
  const push: Push = { registry: registryOf(reference), repository: reference.replace(/:[^/:]*$/, ''), login };
  const detail = error.output ? { output: error.output } : {};
  return new Failure(`cannot push ${reference}: ${known.why(push)}`, { ...detail, hint: known.hint(push) });
}
